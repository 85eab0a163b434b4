package io.keyledger.edge.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy asks: as much of {@code envoy.service.auth.v3.CheckRequest} as a decision needs.
 * <a href="https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/auth/v3/attribute_context.proto">AttributeContext</a>.
 * The numbers are those of its fields.
 */
final class CheckRequest {
    /** {@code attributes.request.http.method}; empty when it is not there. */
    private String method = "";

    /** {@code attributes.request.http.path}, with the query string; empty when it is not there. */
    private String path = "";

    /** {@code attributes.source.address.socket_address.address}; null for anything but a socket's. */
    private @Nullable String source;

    /** {@code attributes.request.http.headers}: lines of one name are one value here. */
    private final Map<String, String> headers = new LinkedHashMap<>();

    /** {@code attributes.request.http.header_map}: line by line; Envoy fills the one or the other. */
    private final List<Map.Entry<String, String>> lines = new ArrayList<>();

    private CheckRequest() {}

    /** @throws Proto.Malformed when it is none */
    static CheckRequest read(byte[] bytes, int from, int to) {
        CheckRequest request = new CheckRequest();
        Proto.Reader in = new Proto.Reader(bytes, from, to);
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                request.attributes(in.message());
            } else {
                in.skip();
            }
        }
        return request;
    }

    private void attributes(Proto.Reader in) {
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                peer(in.message());
            } else if (in.is(4, Proto.LENGTH)) {
                request(in.message());
            } else {
                in.skip();
            }
        }
    }

    private void peer(Proto.Reader in) {
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                address(in.message());
            } else {
                in.skip();
            }
        }
    }

    /** One of several kinds of address; the last one counts. */
    private void address(Proto.Reader in) {
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                source = source == null ? "" : source;
                socketAddress(in.message());
            } else {
                if (in.is(2, Proto.LENGTH) || in.is(3, Proto.LENGTH)) {
                    source = null;
                }
                in.skip();
            }
        }
    }

    private void socketAddress(Proto.Reader in) {
        while (in.next()) {
            if (in.is(2, Proto.LENGTH)) {
                source = in.text();
            } else {
                in.skip();
            }
        }
    }

    private void request(Proto.Reader in) {
        while (in.next()) {
            if (in.is(2, Proto.LENGTH)) {
                http(in.message());
            } else {
                in.skip();
            }
        }
    }

    private void http(Proto.Reader in) {
        while (in.next()) {
            if (in.is(2, Proto.LENGTH)) {
                method = in.text();
            } else if (in.is(3, Proto.LENGTH)) {
                header(in.message());
            } else if (in.is(4, Proto.LENGTH)) {
                path = in.text();
            } else if (in.is(13, Proto.LENGTH)) {
                headerMap(in.message());
            } else {
                in.skip();
            }
        }
    }

    private void header(Proto.Reader in) {
        String name = "";
        String value = "";
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                name = in.text();
            } else if (in.is(2, Proto.LENGTH)) {
                value = in.text();
            } else {
                in.skip();
            }
        }
        headers.put(name, value);
    }

    private void headerMap(Proto.Reader in) {
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                line(in.message());
            } else {
                in.skip();
            }
        }
    }

    private void line(Proto.Reader in) {
        String name = "";
        String value = "";
        String raw = "";
        while (in.next()) {
            if (in.is(1, Proto.LENGTH)) {
                name = in.text();
            } else if (in.is(2, Proto.LENGTH)) {
                value = in.text();
            } else if (in.is(3, Proto.LENGTH)) {
                raw = in.latin();
            } else {
                in.skip();
            }
        }
        lines.add(Map.entry(name, raw.isEmpty() ? value : raw));
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    @Nullable
    String source() {
        return source;
    }

    /** The values of a header, in the order in which they came. */
    List<String> values(String name) {
        List<String> values = new ArrayList<>(1);
        headers.forEach((given, value) -> {
            if (given.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        for (Map.Entry<String, String> line : lines) {
            if (line.getKey().equalsIgnoreCase(name)) {
                values.add(line.getValue());
            }
        }
        return values;
    }

    /** The first value of a header. */
    @Nullable
    String value(String name) {
        List<String> values = values(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    /** The names of all headers, in small letters. */
    List<String> names() {
        List<String> names = new ArrayList<>(headers.size() + lines.size());
        headers.keySet().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        lines.forEach(line -> names.add(line.getKey().toLowerCase(Locale.ROOT)));
        return names;
    }
}
