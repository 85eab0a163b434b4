package io.keyledger.edge.server;

import io.keyledger.verifier.Credential;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answer that most requests get: 204, and who it was. As long as nobody asks for its headers there are none, and it can be
 * written as bytes at once: of these only the names and ids differ from one answer to the next.
 */
final class PassedAnswer extends DefaultFullHttpResponse {
    private static final String KEY = "X-Keyledger-Key-Id";
    private static final String CREDENTIAL = "X-Keyledger-Credential-Id";
    private static final String TENANT = "X-Keyledger-Tenant";
    private static final String OWNER = "X-Keyledger-Owner";
    private static final String SCOPE = "X-Keyledger-Scope";
    private static final String NAME = "X-Keyledger-Name";

    private static final byte[] HEAD = ascii("HTTP/1.1 204 No Content\r\ncache-control: no-store\r\n" + KEY + ": ");
    private static final byte[] CREDENTIAL_LINE = line(CREDENTIAL);
    private static final byte[] TENANT_LINE = line(TENANT);
    private static final byte[] OWNER_LINE = line(OWNER);
    private static final byte[] SCOPE_LINE = line(SCOPE);
    private static final byte[] NAME_LINE = line(NAME);
    private static final byte[] END = ascii("\r\n\r\n");
    private static final byte[] HEX = ascii("0123456789ABCDEF");

    /** More than the fixed parts and all ids; the name, three characters for each byte, comes on top. */
    private static final int FIXED = 640;

    private final Credential credential;
    private @Nullable HttpHeaders headers;

    PassedAnswer(Credential credential) {
        super(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.NO_CONTENT,
                Unpooled.EMPTY_BUFFER,
                EmptyHttpHeaders.INSTANCE,
                EmptyHttpHeaders.INSTANCE);
        this.credential = credential;
    }

    /** Whether nobody has asked for its headers, so that {@link #bytes} is all of it. */
    boolean isPlain() {
        return headers == null;
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders made = headers;
        if (made == null) {
            made = new DefaultHttpHeaders();
            made.set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                    .set(KEY, credential.keyId().value())
                    .set(CREDENTIAL, credential.credentialId().value())
                    .set(TENANT, credential.tenant().value())
                    .set(OWNER, credential.owner().value())
                    .set(SCOPE, credential.scope().wire())
                    .set(NAME, AuthorizeDoor.percentEncoded(credential.keyName()));
            headers = made;
        }
        return made;
    }

    /** The whole answer, for a client of HTTP/1.1 that stays. */
    ByteBuf bytes(ByteBufAllocator allocator) {
        String name = credential.keyName();
        String[] ids = {
            credential.keyId().value(),
            credential.credentialId().value(),
            credential.tenant().value(),
            credential.owner().value(),
            credential.scope().wire()
        };
        int length = FIXED + 9 * name.length();
        for (String id : ids) {
            length += id.length();
        }
        ByteBuf out = allocator.ioBuffer(length);
        out.writeBytes(HEAD);
        write(out, ids[0]);
        out.writeBytes(CREDENTIAL_LINE);
        write(out, ids[1]);
        out.writeBytes(TENANT_LINE);
        write(out, ids[2]);
        out.writeBytes(OWNER_LINE);
        write(out, ids[3]);
        out.writeBytes(SCOPE_LINE);
        write(out, ids[4]);
        out.writeBytes(NAME_LINE);
        writeEncoded(out, name);
        return out.writeBytes(END);
    }

    private static void write(ByteBuf out, String ascii) {
        out.writeCharSequence(ascii, StandardCharsets.US_ASCII);
    }

    private static void writeEncoded(ByteBuf out, String name) {
        boolean plain = true;
        for (int i = 0; i < name.length(); i++) {
            plain &= AuthorizeDoor.isUnreserved(name.charAt(i));
        }
        if (plain) {
            write(out, name);
            return;
        }
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (AuthorizeDoor.isUnreserved((char) (b & 0xff))) {
                out.writeByte(b);
            } else {
                out.writeByte('%').writeByte(HEX[b >> 4 & 15]).writeByte(HEX[b & 15]);
            }
        }
    }

    private static byte[] line(String name) {
        return ascii("\r\n" + name + ": ");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
