package io.keyledger.query.console.commands;

import io.keyledger.events.access.PersonAssertion;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.Person.Origin;
import java.security.PrivateKey;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands as the signed-in person, over the same doors that keys use. What the person may do is decided there, by
 * what command-service itself knows of them. Safe from any thread.
 */
public final class CommandClient {
    private final CommandLink link;
    private final PrivateKey key;
    private final InstantSource clock;

    /** @param key signs who asks */
    public CommandClient(CommandLink link, PrivateKey key, InstantSource clock) {
        this.link = link;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Sends a request of {@code person} and waits for its answer, be it a refusal or not.
     *
     * @param path under {@code /api/v1}, with the query string if there is one, encoded
     * @param body maps, lists, texts, numbers and truth values; null for none
     * @param idempotencyKey for a command that may be sent twice
     * @throws io.keyledger.query.web.Refused when command-service is away
     */
    public CommandAnswer send(
            Person person, String method, String path, @Nullable Object body, @Nullable String idempotencyKey) {
        byte[] bytes = CommandLink.bytes(body);
        Origin from = person.origin();
        PersonAssertion assertion = PersonAssertion.of(
                        person.userId(),
                        person.tenant(),
                        person.session(),
                        method,
                        path,
                        bytes,
                        from.ip(),
                        from.requestId(),
                        clock.instant())
                .authenticated(person.authenticatedAt());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(PersonAssertion.HEADER, assertion.sign(key));
        if (idempotencyKey != null) {
            headers.put("Idempotency-Key", idempotencyKey);
        }
        return link.send(method, path, bytes, from, headers);
    }

    /**
     * Sends a request with a key that the person has typed in: the first visit, when there is nobody to sign in yet.
     *
     * @param host the host name that was asked, when it is one tenant's own
     */
    public CommandAnswer sendWithKey(
            String apiKey, String method, String path, @Nullable Object body, @Nullable String host, Origin from) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "ApiKey " + apiKey);
        if (host != null) {
            headers.put("X-Keyledger-Host", host);
        }
        return link.send(method, path, CommandLink.bytes(body), from, headers);
    }
}
