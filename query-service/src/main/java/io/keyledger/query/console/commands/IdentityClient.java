package io.keyledger.query.console.commands;

import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.Person.Origin;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What query-service may ask command-service about people: whether a password is right, and what they are called. Only this
 * service's certificate opens these doors. Safe from any thread.
 */
public final class IdentityClient {
    private final CommandLink link;

    public IdentityClient(CommandLink link) {
        this.link = link;
    }

    /** Signs in with a password: 200 with {@code userId} and {@code displayName}, 401, or 429. */
    public CommandAnswer signIn(String tenant, String login, String password, Origin from) {
        return send(
                "/internal/sign-in",
                body(
                        "tenant",
                        tenant,
                        "login",
                        login,
                        "password",
                        password,
                        "ip",
                        from.ip(),
                        "userAgent",
                        from.userAgent()),
                from);
    }

    /** Signs in somebody whom an identity provider vouches for. */
    public CommandAnswer signInWithProvider(
            String tenant, String issuer, String subject, @Nullable String email, @Nullable String name, Origin from) {
        return send(
                "/internal/sign-in/oidc",
                body(
                        "tenant",
                        tenant,
                        "issuer",
                        issuer,
                        "subject",
                        subject,
                        "email",
                        email,
                        "name",
                        name,
                        "ip",
                        from.ip(),
                        "userAgent",
                        from.userAgent()),
                from);
    }

    /** Notes that the person has signed out. */
    public CommandAnswer signOut(Person person) {
        return send(
                "/internal/sign-out",
                body(
                        "tenant", person.tenant().value(),
                        "userId", person.userId().value(),
                        "ip", person.origin().ip(),
                        "userAgent", person.origin().userAgent()),
                person.origin());
    }

    /** Whether it is the person's password: 200, 401, or 429. */
    public CommandAnswer reauthenticate(Person person, String password) {
        return send(
                "/internal/re-authenticate",
                body(
                        "tenant", person.tenant().value(),
                        "userId", person.userId().value(),
                        "password", password,
                        "ip", person.origin().ip(),
                        "userAgent", person.origin().userAgent()),
                person.origin());
    }

    /** The names of people, by id; who is not known is not in it. */
    public Map<String, Name> names(Person person, List<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        return names(send(
                "/internal/people",
                Map.of(
                        "tenant",
                        person.tenant().value(),
                        "ids",
                        ids.stream().distinct().toList()),
                person.origin()));
    }

    /** People, at most 50, whose login or name holds {@code text}. */
    public Map<String, Name> search(Person person, String text) {
        String target = "/internal/people?tenant=%s&search=%s"
                .formatted(person.tenant().value(), URLEncoder.encode(text, StandardCharsets.UTF_8));
        return names(link.send("GET", target, CommandLink.bytes(null), person.origin(), Map.of()));
    }

    /** How a person is called. */
    public record Name(String userId, String login, String displayName) {}

    private static Map<String, Name> names(CommandAnswer answer) {
        if (!answer.ok()) {
            throw new Refused(new Refusal.CommandServiceAway(false));
        }
        Map<String, Name> names = new LinkedHashMap<>();
        for (Map<String, Object> item : answer.items("items")) {
            String id = Objects.toString(item.get("userId"), "");
            names.put(
                    id,
                    new Name(
                            id,
                            Objects.toString(item.get("login"), ""),
                            Objects.toString(item.get("displayName"), id)));
        }
        return names;
    }

    private CommandAnswer send(String path, Map<String, ?> body, Origin from) {
        return link.send("POST", path, CommandLink.bytes(body), from, Map.of());
    }

    /** Names and values in turn; those without a value are left out. */
    private static Map<String, Object> body(@Nullable String... namesAndValues) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = namesAndValues[i];
            String value = namesAndValues[i + 1];
            if (name != null && value != null) {
                body.put(name, value);
            }
        }
        return body;
    }
}
