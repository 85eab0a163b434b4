package io.keyledger.command.web;

import io.keyledger.command.dispatch.Answer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** An answer as Spring sends it. Nothing of this API may be stored on the way: answers may hold a secret. */
public final class Reply {
    private Reply() {}

    public static ResponseEntity<Map<String, @Nullable Object>> of(Answer answer) {
        return ResponseEntity.status(answer.status())
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(answer.body());
    }

    public static ResponseEntity<Map<String, @Nullable Object>> of(Map<String, @Nullable Object> body) {
        return of(new Answer(200, body));
    }
}
