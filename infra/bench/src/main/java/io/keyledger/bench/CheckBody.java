package io.keyledger.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A gRPC message that Envoy would send to ask whether a request may pass ({@code envoy.service.auth.v3.CheckRequest}), as
 * bytes. Written by hand, so that the benchmark needs none of Envoy's classes; the tests of the edge hold its own reader
 * against them.
 */
final class CheckBody {
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private CheckBody() {}

    static byte[] of(String key) {
        CheckBody http = new CheckBody().text(1, "4711").text(2, "GET");
        Map.of(
                        ":method", "GET",
                        ":path", "/api/v1/objects?page=2",
                        ":authority", "localhost",
                        "x-api-key", key,
                        "user-agent", "curl/8.5.0",
                        "accept", "*/*")
                .forEach((name, value) ->
                        http.message(3, new CheckBody().text(1, name).text(2, value)));
        http.text(4, "/api/v1/objects?page=2")
                .text(5, "localhost")
                .text(6, "https")
                .text(10, "HTTP/1.1");
        CheckBody address = new CheckBody().text(2, "192.0.2.7").number(3, 40_000);
        CheckBody peer = new CheckBody().message(1, new CheckBody().message(1, address));
        CheckBody attributes = new CheckBody().message(1, peer).message(4, new CheckBody().message(2, http));
        byte[] message = new CheckBody().message(1, attributes).out.toByteArray();
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        framed.write(0);
        for (int shift = 24; shift >= 0; shift -= 8) {
            framed.write(message.length >> shift);
        }
        framed.writeBytes(message);
        return framed.toByteArray();
    }

    private CheckBody text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private CheckBody message(int field, CheckBody inner) {
        return bytes(field, inner.out.toByteArray());
    }

    private CheckBody bytes(int field, byte[] value) {
        varint(field << 3 | LENGTH_DELIMITED);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private CheckBody number(int field, int value) {
        varint(field << 3);
        varint(value);
        return this;
    }

    private void varint(int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
