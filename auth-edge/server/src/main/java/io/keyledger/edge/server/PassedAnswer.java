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
import io.netty.util.concurrent.FastThreadLocal;
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

    /** More than the fixed parts; ids and the name, three characters for each byte, come on top. */
    private static final int FIXED = 640;

    /** An answer is put together here and copied once. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[2048];
        }
    };

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
        return bytes(credential, allocator);
    }

    /** The same without the object. */
    static ByteBuf bytes(Credential credential, ByteBufAllocator allocator) {
        String keyId = credential.keyId().value();
        String credentialId = credential.credentialId().value();
        String tenant = credential.tenant().value();
        String owner = credential.owner().value();
        String scope = credential.scope().wire();
        String name = credential.keyName();
        int most = FIXED
                + keyId.length()
                + credentialId.length()
                + tenant.length()
                + owner.length()
                + scope.length()
                + 9 * name.length();
        byte[] scratch = SCRATCH.get();
        byte[] out = scratch.length < most ? new byte[most] : scratch;
        int at = put(HEAD, out, 0);
        at = put(keyId, out, at);
        at = put(CREDENTIAL_LINE, out, at);
        at = put(credentialId, out, at);
        at = put(TENANT_LINE, out, at);
        at = put(tenant, out, at);
        at = put(OWNER_LINE, out, at);
        at = put(owner, out, at);
        at = put(SCOPE_LINE, out, at);
        at = put(scope, out, at);
        at = put(NAME_LINE, out, at);
        at = putEncoded(name, out, at);
        at = put(END, out, at);
        return allocator.ioBuffer(at).writeBytes(out, 0, at);
    }

    private static int put(byte[] text, byte[] out, int at) {
        System.arraycopy(text, 0, out, at, text.length);
        return at + text.length;
    }

    @SuppressWarnings("deprecation") // all of it is ASCII, and this copies it as it is
    private static int put(String ascii, byte[] out, int at) {
        ascii.getBytes(0, ascii.length(), out, at);
        return at + ascii.length();
    }

    private static int putEncoded(String name, byte[] out, int at) {
        boolean plain = true;
        for (int i = 0; i < name.length(); i++) {
            plain &= AuthorizeDoor.isUnreserved(name.charAt(i));
        }
        if (plain) {
            return put(name, out, at);
        }
        int to = at;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (AuthorizeDoor.isUnreserved((char) (b & 0xff))) {
                out[to++] = b;
            } else {
                out[to++] = '%';
                out[to++] = HEX[b >> 4 & 15];
                out[to++] = HEX[b & 15];
            }
        }
        return to;
    }

    private static byte[] line(String name) {
        return ascii("\r\n" + name + ": ");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
