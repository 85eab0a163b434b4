package io.keyledger.starter;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An edge elsewhere, asked with {@code POST /v1/verify} for each request: nothing is cached, so that a revoked key is refused at
 * once. It fails closed: no answer, in time and in form, is {@code stale}, which is 503. Requests that bear no well-formed key
 * are refused here and not asked about. Safe from any thread; waits for the answer.
 */
final class RemoteEdge implements Function<AuthRequest, Decision>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteEdge.class);
    private static final Map<String, Code> CODES =
            Arrays.stream(Code.values()).collect(Collectors.toMap(Code::wire, Function.identity()));
    private static final Set<Integer> VERDICTS = Set.of(200, 503);
    private static final long COMPLAIN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MAX_METHOD = 32;
    private static final int MAX_PATH = 8192;
    private static final int MAX_AGENT = 4096;

    /** There is none to know; what a record needs is not what it is. */
    private static final String NO_VERIFIER = "A".repeat(43);

    private final HttpClient http;
    private final URI verify;
    private final Duration timeout;
    private final AtomicLong complainedAt = new AtomicLong(System.nanoTime() - COMPLAIN_NANOS);

    /** @param http closed with this */
    RemoteEdge(HttpClient http, URI edge, Duration timeout) {
        this.http = http;
        this.verify = edge.resolve("/v1/verify");
        this.timeout = timeout;
    }

    @Override
    public Decision apply(AuthRequest request) {
        Verdict verdict = switch (request.presented()) {
            case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
            case Presented.Key _ -> null;
        };
        return verdict != null ? new Decision(verdict, -1) : asked(request);
    }

    private Decision asked(AuthRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(question(request), BodyHandlers.ofByteArray());
            if (!VERDICTS.contains(response.statusCode())) {
                return noAnswer(request, "answered " + response.statusCode());
            }
            return decision(request, JsonReader.object(response.body()));
        } catch (IOException e) {
            return noAnswer(request, e.toString());
        } catch (IllegalArgumentException e) {
            return noAnswer(request, "answered in another form");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return noAnswer(request, "was not waited for");
        }
    }

    private HttpRequest question(AuthRequest request) {
        Map<String, Object> question = new LinkedHashMap<>();
        if (request.presented() instanceof Presented.Key key) {
            question.put("key", key.key().reveal());
        }
        put(question, "permission", request.permission(), Integer.MAX_VALUE);
        put(question, "method", request.method(), MAX_METHOD);
        put(question, "path", request.path(), MAX_PATH);
        put(question, "ip", request.ip(), Integer.MAX_VALUE);
        put(question, "userAgent", request.userAgent(), MAX_AGENT);
        HttpRequest.Builder builder = HttpRequest.newBuilder(verify)
                .version(Version.HTTP_2)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(CanonicalJson.bytes(question)));
        if (request.requestId() != null) {
            builder.header("X-Request-Id", request.requestId());
        }
        return builder.build();
    }

    /** What is longer than the edge takes is cut: it is for the audit. */
    private static void put(Map<String, Object> question, String name, @Nullable String value, int max) {
        if (value != null) {
            question.put(name, value.length() > max ? value.substring(0, max) : value);
        }
    }

    /** @throws IllegalArgumentException when the answer is none */
    private static Decision decision(AuthRequest request, Map<String, Object> answer) {
        Code code = CODES.get(text(answer, "code"));
        long age = answer.get("viewAgeMillis") instanceof Number millis ? millis.longValue() : -1;
        boolean valid = Boolean.TRUE.equals(answer.get("valid"));
        if (code == null || valid != (code == Code.ACCEPTED)) {
            throw new IllegalArgumentException("no such code");
        }
        Credential credential = answer.get("keyId") == null ? null : credential(answer);
        if (valid && credential == null) {
            throw new IllegalArgumentException("accepted, and not whom");
        }
        if (credential != null && !request.tenants().test(credential.tenant())) {
            return new Decision(new Verdict(Code.WRONG_HOST, credential, request.permission()), age);
        }
        long retry = answer.get("retryAfterSeconds") instanceof Number seconds ? seconds.longValue() : 0;
        return new Decision(new Verdict(code, credential, request.permission()), age, null, retry);
    }

    private static Credential credential(Map<String, Object> answer) {
        Instant expiresAt = answer.get("expiresAt") instanceof String time ? Instant.parse(time) : null;
        return new Credential(new CredentialRecord(
                new CredentialId(text(answer, "credentialId")),
                new KeyId(text(answer, "keyId")),
                new TenantId(text(answer, "tenantId")),
                1,
                CredentialRecord.State.ACTIVE,
                KeyKind.KEY,
                scope(text(answer, "scope")),
                new OwnerId(text(answer, "owner")),
                text(answer, "name"),
                true,
                expiresAt,
                expiresAt,
                "remote",
                NO_VERIFIER,
                policy(answer.get("policyPermissions"))));
    }

    /** As much of the key's usage policy as says what it may do; the rest has been judged. */
    private static @Nullable UsagePolicy policy(@Nullable Object permissions) {
        return permissions instanceof List<?> patterns
                ? new UsagePolicy(
                        patterns.stream().map(String::valueOf).toList(), null, null, null, null, null, null, null)
                : null;
    }

    private static Scope scope(String wire) {
        Scope scope = Scope.ofWire(wire);
        if (scope == null) {
            throw new IllegalArgumentException("no such scope");
        }
        return scope;
    }

    private static String text(Map<String, Object> answer, String name) {
        if (answer.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is missing");
    }

    private Decision noAnswer(AuthRequest request, String what) {
        long now = System.nanoTime();
        long last = complainedAt.get();
        if (now - last >= COMPLAIN_NANOS && complainedAt.compareAndSet(last, now)) {
            LOG.warn("the edge at {} {}: requests are refused with 503", verify, what);
        }
        return new Decision(Verdict.refused(Code.STALE, request.permission()), -1);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
