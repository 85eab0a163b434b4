package io.keyledger.command.users;

import io.keyledger.command.people.PersonRow;
import io.keyledger.command.users.SignIns.From;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Problems;
import io.keyledger.command.web.Reply;
import io.keyledger.events.OwnerId;
import io.keyledger.events.access.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /internal/sign-in}, {@code …/sign-in/oidc}, {@code …/sign-out} and {@code …/re-authenticate}: for query-service. */
@RestController
class SignInEndpoint {
    private static final int MAX_USER_AGENT = 500;
    private static final int MAX_NAME = 100;

    private final SignIns signIns;

    SignInEndpoint(SignIns signIns) {
        this.signIns = signIns;
    }

    @PostMapping("/internal/sign-in")
    ResponseEntity<Map<String, @Nullable Object>> signIn(HttpServletRequest request, Body body) {
        From from = from(request, body);
        String login = body.text("login");
        String password = body.text("password");
        body.end();
        return Reply.of(body(signIns.byPassword(from, login, password)));
    }

    @PostMapping("/internal/sign-in/oidc")
    ResponseEntity<Map<String, @Nullable Object>> signInByProvider(HttpServletRequest request, Body body) {
        From from = from(request, body);
        String issuer = body.text("issuer");
        String subject = body.text("subject");
        String email = body.optionalText("email");
        String name = body.optionalText("name");
        body.end();
        return Reply.of(body(
                signIns.byProvider(from, issuer, subject, email, name == null ? null : cut(name.strip(), MAX_NAME))));
    }

    @PostMapping("/internal/sign-out")
    ResponseEntity<Map<String, @Nullable Object>> signOut(HttpServletRequest request, Body body) {
        From from = from(request, body);
        OwnerId userId = Fields.userId(body.text("userId"));
        body.end();
        signIns.out(from, userId);
        return Reply.of(Map.of("userId", userId.value()));
    }

    @PostMapping("/internal/re-authenticate")
    ResponseEntity<Map<String, @Nullable Object>> again(HttpServletRequest request, Body body) {
        From from = from(request, body);
        OwnerId userId = Fields.userId(body.text("userId"));
        String password = body.text("password");
        body.end();
        return Reply.of(body(signIns.again(from, userId, password)));
    }

    private static From from(HttpServletRequest request, Body body) {
        String userAgent = body.optionalText("userAgent");
        return new From(
                Fields.tenant("tenant", body.text("tenant")),
                body.optionalText("ip"),
                userAgent == null ? null : cut(userAgent, MAX_USER_AGENT),
                String.valueOf(Problems.requestId(request)));
    }

    private static String cut(String text, int max) {
        return text.codePointCount(0, text.length()) <= max ? text : text.substring(0, text.offsetByCodePoints(0, max));
    }

    private static Map<String, @Nullable Object> body(PersonRow person) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>(person.brief());
        body.put("roles", Role.wires(person.roles()));
        return body;
    }
}
