package io.keyledger.edge.server;

import io.keyledger.edge.core.Decision;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Permissions;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/verify}: a gateway or a service asks about a key that was presented to it, and learns the typed code.
 * Answers 200 when there is a verdict, 503 with the same body when there can be none now.
 */
record VerifyDoor(Judge judge) implements BodyDoor {
    static final String PATH = "/v1/verify";
    static final String NAME = "verify";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public String mediaType() {
        return HttpHeaderValues.APPLICATION_JSON.toString();
    }

    @Override
    public FullHttpResponse answer(byte[] body, String requestId) {
        try {
            Question question = Question.of(JsonReader.object(body), "");
            Decision decision = judge.decide(question, name(), requestId);
            return answer(verdict(decision), isUnavailable(decision));
        } catch (Question.Invalid e) {
            return Answer.problem(e.problem(), requestId);
        } catch (IllegalArgumentException e) {
            return Answer.problem(noObject(e), requestId);
        }
    }

    static Problem noObject(IllegalArgumentException e) {
        return new Problem(Problem.Kind.BAD_REQUEST, "The body must be one JSON object: " + e.getMessage() + ".");
    }

    /** Whether there is no verdict now, and later there may be one. */
    static boolean isUnavailable(Decision decision) {
        return decision.code().status() == HttpResponseStatus.SERVICE_UNAVAILABLE.code();
    }

    static FullHttpResponse answer(Map<String, ? extends @Nullable Object> members, boolean unavailable) {
        FullHttpResponse response = Answer.json(
                unavailable ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.OK,
                CanonicalJson.bytes(members));
        if (unavailable) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
        }
        return response;
    }

    /** A decision as its asker reads it. */
    static Map<String, @Nullable Object> verdict(Decision decision) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("valid", decision.accepted());
        members.put("code", decision.code().wire());
        members.put("viewAgeMillis", decision.viewAgeMillis() < 0 ? null : decision.viewAgeMillis());
        Credential credential = decision.verdict().credential();
        if (credential != null) {
            members.put("keyId", credential.keyId().value());
            members.put("credentialId", credential.credentialId().value());
            members.put("tenantId", credential.tenant().value());
            members.put("owner", credential.owner().value());
            members.put("name", credential.keyName());
            members.put("scope", credential.scope().wire());
            members.put("permissions", Permissions.of(credential));
            members.put("expiresAt", credential.expiresAt() == null ? null : RecordJson.time(credential.expiresAt()));
        }
        return members;
    }
}
