package io.keyledger.edge.server;

import io.keyledger.edge.core.Decision;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Permissions;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/introspect}: token introspection as RFC 7662 has it, for what already speaks it. A key that is not accepted
 * is {@code {"active":false}} and nothing else, whatever the reason. Each question is a use or a refusal. Members of an
 * active one are the RFC's alone: {@code client_id} is the key, {@code jti} its credential, {@code sub} its owner,
 * {@code scope} its permissions.
 */
record IntrospectDoor(Judge judge) implements BodyDoor {
    static final String PATH = "/v1/introspect";
    static final String NAME = "introspect";

    private static final String TOKEN = "token";
    private static final int MAX_TOKEN = 4096;

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
        return HttpHeaderValues.APPLICATION_X_WWW_FORM_URLENCODED.toString();
    }

    @Override
    public FullHttpResponse answer(byte[] body, String requestId) {
        String token;
        try {
            token = token(new String(body, StandardCharsets.UTF_8));
        } catch (Question.Invalid e) {
            return Answer.problem(e.problem(), requestId);
        }
        Decision decision = judge.decide(Question.about(token), name(), requestId);
        if (VerifyDoor.isUnavailable(decision)) {
            return Answer.problem(
                    new Problem(Problem.Kind.UNAVAILABLE, "The key cannot be checked now. Try again after 1 s."),
                    requestId);
        }
        Credential credential = decision.verdict().credential();
        return VerifyDoor.answer(
                decision.accepted() && credential != null ? active(credential) : Map.of("active", false), false);
    }

    private static Map<String, @Nullable Object> active(Credential credential) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("active", true);
        members.put("token_type", "Bearer");
        members.put("scope", String.join(" ", Permissions.of(credential)));
        members.put("client_id", credential.keyId().value());
        members.put("sub", credential.owner().value());
        members.put("jti", credential.credentialId().value());
        members.put(
                "exp",
                credential.notAfter() == null ? null : credential.notAfter().getEpochSecond());
        return members;
    }

    /** The one token of a form; members that are not known are passed over, as OAuth has it. */
    private static String token(String form) throws Question.Invalid {
        String found = null;
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && decoded(pair.substring(0, equals)).equals(TOKEN)) {
                if (found != null) {
                    throw new Question.Invalid(TOKEN, "'token' must stand there once.");
                }
                found = decoded(pair.substring(equals + 1));
            }
        }
        if (found == null || found.length() > MAX_TOKEN) {
            throw new Question.Invalid(
                    TOKEN,
                    "'token' is missing or has more than %d characters: send token=<the key> as a form."
                            .formatted(MAX_TOKEN));
        }
        return found;
    }

    private static String decoded(String text) throws Question.Invalid {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Question.Invalid(TOKEN, "The form has a percent sign that begins no escape.");
        }
    }
}
