package io.keyledger.edge.server;

import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Carriers.Presented;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which door a request is for. Safe from any thread. */
final class Router {
    static final String OPEN_API = "/v1/openapi.yaml";

    /** The names of all doors that decide. */
    static final List<String> DECIDING =
            List.of(AuthorizeDoor.NAME, ExtAuthzDoor.NAME, VerifyDoor.NAME, VerifyBatchDoor.NAME, IntrospectDoor.NAME);

    private final AuthorizeDoor authorize;
    private final @Nullable Judge judge;
    private final Map<String, BodyDoor> bodies = new HashMap<>();
    private final byte @Nullable [] openApi;

    Router(AuthorizeDoor authorize, Judge judge) {
        this.authorize = authorize;
        this.judge = judge;
        for (BodyDoor door : List.of(new VerifyDoor(judge), new VerifyBatchDoor(judge), new IntrospectDoor(judge))) {
            bodies.put(door.path(), door);
        }
        this.openApi = document();
    }

    /** Of the local listener: the first door and no other. */
    Router(AuthorizeDoor authorize) {
        this.authorize = authorize;
        this.judge = null;
        this.openApi = null;
    }

    /** The first door. */
    AuthorizeDoor authorize() {
        return authorize;
    }

    private static byte[] document() {
        try (InputStream in = Router.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is missing from the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every path that leads somewhere. */
    Set<String> paths() {
        Set<String> paths = new TreeSet<>(bodies.keySet());
        paths.add(AuthorizeDoor.PATH);
        if (openApi != null) {
            paths.add(OPEN_API);
        }
        return paths;
    }

    /**
     * Answers, or lets {@code later} have the answer.
     *
     * @return null when it comes later
     */
    @Nullable
    FullHttpResponse answer(HttpRequest request, byte[] body, Caller caller, String requestId, Later later) {
        String uri = request.uri();
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        if (AuthorizeDoor.owns(path)) {
            return authorize.answer(request, caller, requestId);
        }
        BodyDoor door = bodies.get(path);
        if (door != null && judge != null) {
            return ask(door, judge, request, mark < 0 ? "" : uri.substring(mark), body, caller, requestId, later);
        }
        if (openApi == null || !path.equals(OPEN_API)) {
            return Answer.problem(
                    new Problem(Problem.Kind.NO_SUCH_PATH, "There are %s.".formatted(String.join(", ", paths()))),
                    requestId);
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return notAllowed("GET, HEAD", requestId);
        }
        return Answer.body(HttpResponseStatus.OK, "application/yaml", openApi);
    }

    private @Nullable FullHttpResponse ask(
            BodyDoor door,
            Judge judge,
            HttpRequest request,
            String query,
            byte[] body,
            Caller caller,
            String requestId,
            Later later) {
        if (!caller.verifier()) {
            return Answer.problem(
                    new Problem(
                            Problem.Kind.UNTRUSTED_CALLER,
                            "Ask with a client certificate, or add the address %s to keyledger.edge.trusted-callers."
                                    .formatted(caller.ip())),
                    requestId);
        }
        if (!query.isEmpty()
                && Carriers.read(List.of(), List.of(), query) instanceof Presented.Refused refused
                && refused.publicPart() != null) {
            return judge.exposed(refused, door, caller, requestId);
        }
        if (!request.method().equals(HttpMethod.POST)) {
            return notAllowed(HttpMethod.POST.name(), requestId);
        }
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
        if (type != null && !mimeType(type).equalsIgnoreCase(door.mediaType())) {
            return Answer.problem(
                    new Problem(
                            Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
                            "Send %s.".formatted(door.mediaType()),
                            "Content-Type"),
                    requestId);
        }
        return door.answer(body, requestId, later);
    }

    private static FullHttpResponse notAllowed(String methods, String requestId) {
        FullHttpResponse response =
                Answer.problem(new Problem(Problem.Kind.METHOD_NOT_ALLOWED, "Use %s.".formatted(methods)), requestId);
        response.headers().set(HttpHeaderNames.ALLOW, methods);
        return response;
    }

    private static String mimeType(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
    }
}
