package io.keyledger.command.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is answered: a status and a JSON object. */
public record Answer(int status, Map<String, @Nullable Object> body) {

    /** With one more member. */
    public Answer with(String name, Object value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>(body);
        members.put(name, value);
        return new Answer(status, members);
    }
}
