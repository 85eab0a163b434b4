package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Permissions;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Verdict.Code;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/verify}: a gateway or a service asks about a key that was presented to it, and learns the typed code.
 * Answers 200 when there is a verdict, 503 with the same body when there can be none now.
 */
final class VerifyDoor {
    static final String PATH = "/v1/verify";

    private static final String KEY = "key";
    private static final Map<String, Integer> FIELDS =
            Map.of(KEY, 4096, "permission", 128, "method", 32, "path", 8192, "ip", 64, "userAgent", 4096);

    private final Function<AuthRequest, Decision> edge;
    private final Counters counters;

    /** @param edge {@link EmbeddedEdge#authorize} */
    VerifyDoor(Function<AuthRequest, Decision> edge, Counters counters) {
        this.edge = edge;
        this.counters = counters;
    }

    private static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;
        private final String field;
        private final String detail;

        Invalid(String field, String message) {
            super(message);
            this.field = field;
            this.detail = message;
        }
    }

    FullHttpResponse answer(byte[] body, String requestId) {
        Map<String, Object> question;
        try {
            question = JsonReader.object(body);
            check(question);
        } catch (Invalid e) {
            return Answer.problem(new Problem(Problem.Kind.BAD_REQUEST, e.detail, e.field), requestId);
        } catch (IllegalArgumentException e) {
            return Answer.problem(
                    new Problem(Problem.Kind.BAD_REQUEST, "The body must be one JSON object: " + e.getMessage() + "."),
                    requestId);
        }
        Presented presented = Carriers.text(String.valueOf(question.get(KEY)));
        Decision decision = edge.apply(new AuthRequest(
                presented,
                text(question, "permission"),
                text(question, "method"),
                text(question, "path"),
                text(question, "ip"),
                text(question, "userAgent"),
                requestId));
        counters.verified(decision.code());
        return answer(decision);
    }

    /** A key in the query string of this door: refused, and recorded, for logs have seen it. */
    FullHttpResponse exposed(Presented.Refused presented, Caller caller, String requestId) {
        Decision decision = edge.apply(new AuthRequest(presented, null, "POST", PATH, caller.ip(), null, requestId));
        counters.verified(decision.code());
        return Answer.problem(
                new Problem(
                        Problem.Kind.QUERY_CREDENTIAL,
                        "A key must never stand in a query string: send it in the body, and rotate the one that was here."),
                requestId);
    }

    private static FullHttpResponse answer(Decision decision) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        Code code = decision.code();
        members.put("valid", decision.accepted());
        members.put("code", code.wire());
        members.put("viewAgeMillis", decision.viewAgeMillis() < 0 ? null : decision.viewAgeMillis());
        Credential credential = decision.verdict().credential();
        if (credential != null) {
            members.put("keyId", credential.keyId().value());
            members.put("credentialId", credential.credentialId().value());
            members.put("tenantId", credential.tenant().value());
            members.put("owner", credential.owner().value());
            members.put("name", credential.keyName());
            members.put("scope", credential.scope().wire());
            members.put("permissions", Permissions.of(credential.scope()));
            members.put("expiresAt", credential.expiresAt() == null ? null : RecordJson.time(credential.expiresAt()));
        }
        boolean unavailable = code.status() == HttpResponseStatus.SERVICE_UNAVAILABLE.code();
        FullHttpResponse response = Answer.json(
                unavailable ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.OK,
                CanonicalJson.bytes(members));
        if (unavailable) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
        }
        return response;
    }

    private static void check(Map<String, Object> question) throws Invalid {
        Set<String> known = new TreeSet<>(FIELDS.keySet());
        for (Map.Entry<String, Object> member : question.entrySet()) {
            String name = member.getKey();
            Integer max = FIELDS.get(name);
            if (max == null) {
                throw new Invalid(
                        printable(name),
                        "There is no such field. Known fields: %s.".formatted(String.join(", ", known)));
            }
            if (!(member.getValue() instanceof String text)) {
                throw new Invalid(name, "'%s' must be a string.".formatted(name));
            }
            if (text.length() > max) {
                throw new Invalid(name, "'%s' may have at most %d characters.".formatted(name, max));
            }
        }
        if (!question.containsKey(KEY)) {
            throw new Invalid(KEY, "'key' is missing: the key that was presented.");
        }
        if (question.get("ip") instanceof String ip
                && !NetUtil.isValidIpV4Address(ip)
                && !NetUtil.isValidIpV6Address(ip)) {
            throw new Invalid("ip", "'ip' must be an IPv4 or IPv6 address.");
        }
        if (question.get("permission") instanceof String permission
                && (permission.indexOf(':') <= 0 || permission.endsWith(":"))) {
            throw new Invalid("permission", "'permission' must be a resource and an action, such as objects:read.");
        }
    }

    /** What a stranger called a field, fit to be shown. */
    private static String printable(String name) {
        StringBuilder out = new StringBuilder();
        name.chars().limit(64).forEach(c -> out.append(c > 0x20 && c < 0x7f ? (char) c : '?'));
        return PresentedKey.occursIn(name) ? "?" : out.toString();
    }

    private static @Nullable String text(Map<String, Object> question, String name) {
        return question.get(name) instanceof String text ? text : null;
    }
}
