package io.keyledger.edge.server;

import io.keyledger.verifier.Carriers;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.service.auth.v3.Authorization/Check}: Envoy's external authorization. The same question and the same answer as
 * through {@link AuthorizeDoor}, in Envoy's words: what would be headers of a 204 are headers to set, any other answer is the
 * response for the client. Whose request it is says Envoy's own source address; {@code X-Forwarded-*} are not looked at.
 */
final class ExtAuthzDoor {
    static final String PATH = "/envoy.service.auth.v3.Authorization/Check";
    static final String NAME = "ext-authz";

    private static final String IDENTITY = "x-keyledger-";
    private static final int OVERWRITE = 2;
    private static final int NO_CONTENT = 204;

    private final AuthorizeDoor authorize;

    ExtAuthzDoor(AuthorizeDoor authorize) {
        this.authorize = authorize;
    }

    /** The answer to a {@code CheckRequest}, a {@code CheckResponse}. */
    byte[] answer(byte[] bytes, int from, int to) throws GrpcStatus.Failure {
        CheckRequest asked;
        try {
            asked = CheckRequest.read(bytes, from, to);
        } catch (Proto.Malformed e) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.INVALID_ARGUMENT, "The message is no CheckRequest: " + e.getMessage() + ".");
        }
        if (!ForwardedRequest.isMethod(asked.method()) || asked.path().isEmpty()) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.INVALID_ARGUMENT, "attributes.request.http needs a method and a path.");
        }
        String path = asked.path();
        int mark = path.indexOf('?');
        FullHttpResponse answer = authorize.decide(
                NAME,
                Carriers.read(
                        asked.values(Carriers.AUTHORIZATION),
                        asked.values(Carriers.X_API_KEY),
                        mark < 0 ? null : path.substring(mark)),
                new ForwardedRequest(asked.method(), path, address(asked)),
                asked.value("user-agent"),
                RequestIds.of(asked.value("x-request-id")));
        return answer.status().code() == NO_CONTENT ? passed(answer, asked) : refused(answer);
    }

    private static @Nullable String address(CheckRequest asked) {
        String source = asked.source();
        return source != null && (NetUtil.isValidIpV4Address(source) || NetUtil.isValidIpV6Address(source))
                ? source
                : null;
    }

    /**
     * {@code OkHttpResponse}. Envoy removes after it has set, so a name that is set is never among those to be removed.
     */
    private static byte[] passed(FullHttpResponse answer, CheckRequest asked) {
        Proto.Writer ok = new Proto.Writer(640);
        Set<String> set = new TreeSet<>();
        for (Map.Entry<String, String> header : answer.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(IDENTITY)) {
                set.add(name);
                ok.message(2, option(name, header.getValue()));
            } else if (isForClient(name)) {
                ok.message(6, option(name, header.getValue()));
            }
        }
        Set<String> removed = new TreeSet<>();
        removed.add("authorization");
        removed.add("x-api-key");
        for (String name : asked.names()) {
            // However it is spelled: many frameworks read x_keyledger_scope as x-keyledger-scope.
            if (name.replace('_', '-').startsWith(IDENTITY) && !set.contains(name)) {
                removed.add(name);
            }
        }
        removed.forEach(name -> ok.text(5, name));
        return new Proto.Writer(ok.size() + 16)
                .message(1, new Proto.Writer(2))
                .message(3, ok)
                .bytes();
    }

    /** {@code DeniedHttpResponse}. */
    private static byte[] refused(FullHttpResponse answer) {
        int status = answer.status().code();
        Proto.Writer denied = new Proto.Writer(640).message(1, new Proto.Writer(4).number(1, status));
        for (Map.Entry<String, String> header : answer.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            // Envoy writes the length itself.
            if (!name.equals(HttpHeaderNames.CONTENT_LENGTH.toString())) {
                denied.message(2, option(name, header.getValue()));
            }
        }
        denied.text(3, answer.content().toString(StandardCharsets.UTF_8));
        return new Proto.Writer(denied.size() + 16)
                .message(1, new Proto.Writer(2).number(1, status(status).number()))
                .message(2, denied)
                .bytes();
    }

    private static GrpcStatus status(int http) {
        return switch (http) {
            case 401 -> GrpcStatus.UNAUTHENTICATED;
            case 403 -> GrpcStatus.PERMISSION_DENIED;
            case 429 -> GrpcStatus.RESOURCE_EXHAUSTED;
            case 503 -> GrpcStatus.UNAVAILABLE;
            default -> GrpcStatus.INTERNAL;
        };
    }

    /** What a client learns of an answer that lets it pass: its limits. */
    private static boolean isForClient(String name) {
        return name.startsWith("ratelimit") || name.startsWith("x-ratelimit");
    }

    /**
     * {@code HeaderValueOption} that replaces what is there: by {@code append} for those who know that alone, by {@code
     * append_action} for the rest.
     */
    private static Proto.Writer option(String name, String value) {
        return new Proto.Writer(name.length() + value.length() + 16)
                .message(
                        1,
                        new Proto.Writer(name.length() + value.length() + 8)
                                .text(1, name)
                                .text(2, value))
                .message(2, new Proto.Writer(0))
                .number(3, OVERWRITE);
    }
}
