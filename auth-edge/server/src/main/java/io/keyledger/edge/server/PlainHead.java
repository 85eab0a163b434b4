package io.keyledger.edge.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of the plainest request there is from its bytes: {@code GET /v1/authorize}, HTTP/1.1, whole, without a body,
 * each header that counts at most once, nothing that needs a second look. What it reads, it reads as {@link StrictDecoder}
 * does (RFC 9112), and what is not that plain it leaves to it. For one thread, to be reused.
 */
final class PlainHead {
    /** A head longer than this is not plain. */
    static final int MAX_BYTES = 4096;

    private static final byte[] LINE = ascii("GET " + AuthorizeDoor.PATH);
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final int NOT_PLAIN = -1;

    /** For each byte what it may stand in. */
    private static final byte[] KINDS = new byte[256];

    private static final byte NAME = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;

    // The headers that count.
    private static final int HOST = 0;
    private static final int AUTHORIZATION = 1;
    private static final int X_API_KEY = 2;
    private static final int USER_AGENT = 3;
    private static final int REQUEST_ID = 4;
    private static final int FORWARDED_FOR = 5;
    private static final int FORWARDED_METHOD = 6;
    private static final int ORIGINAL_METHOD = 7;
    private static final int FORWARDED_URI = 8;
    private static final int ORIGINAL_URI = 9;
    private static final int ORIGINAL_URL = 10;
    private static final int CONNECTION = 11;
    /** From here on: whose mere presence makes a head one that is not plain. */
    private static final int CONTENT_LENGTH = 12;

    /** Their names in lower case. */
    private static final byte[][] HEADERS = Stream.of(
                    "host",
                    "authorization",
                    "x-api-key",
                    "user-agent",
                    "x-request-id",
                    "x-forwarded-for",
                    "x-forwarded-method",
                    "x-original-method",
                    "x-forwarded-uri",
                    "x-original-uri",
                    "x-original-url",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "expect")
            .map(PlainHead::ascii)
            .toArray(byte[][]::new);

    /** By the length of a name: those that have it. */
    private static final int[][] BY_LENGTH = IntStream.range(0, 24)
            .mapToObj(length -> IntStream.range(0, HEADERS.length)
                    .filter(h -> HEADERS[h].length == length)
                    .toArray())
            .toArray(int[][]::new);

    static {
        for (char c = '!'; c < 0x7f; c++) {
            KINDS[c] = VALUE;
        }
        KINDS[' '] = VALUE;
        KINDS['\t'] = VALUE;
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            KINDS[c] |= NAME;
        }
        for (char c : "-._~/".toCharArray()) {
            KINDS[c] |= TARGET;
        }
        for (char c = '0'; c <= 'z'; c++) {
            if (Character.isLetterOrDigit(c)) {
                KINDS[c] |= NAME | TARGET;
            }
        }
    }

    private final byte[] bytes = new byte[MAX_BYTES];
    private final int[] from = new int[HEADERS.length];
    private final int[] to = new int[HEADERS.length];
    private int targetTo;

    /** To put the bytes into that are to be read, from the first on. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Reads the head at the beginning of the bytes.
     *
     * @param length so many bytes are there
     * @return how many of them the head has; -1 when they do not begin with one that is whole and plain
     */
    int read(int length) {
        Arrays.fill(to, NOT_PLAIN);
        byte[] b = bytes;
        if (length < LINE.length || Arrays.mismatch(b, 0, LINE.length, LINE, 0, LINE.length) >= 0) {
            return NOT_PLAIN;
        }
        int at = LINE.length;
        if (at < length && b[at] != ' ' && b[at] != '/') {
            return NOT_PLAIN;
        }
        at = skip(b, at, length, TARGET);
        targetTo = at;
        if (length - at < VERSION.length
                || Arrays.mismatch(b, at, at + VERSION.length, VERSION, 0, VERSION.length) >= 0) {
            return NOT_PLAIN;
        }
        at += VERSION.length;
        while (at + 1 < length) {
            if (b[at] == '\r') {
                return b[at + 1] == '\n' && isWhole() ? at + 2 : NOT_PLAIN;
            }
            at = line(b, at, length);
            if (at < 0) {
                return NOT_PLAIN;
            }
        }
        return NOT_PLAIN;
    }

    /** Reads one header; where the next one begins, or -1. */
    private int line(byte[] b, int begin, int length) {
        int colon = skip(b, begin, length, NAME);
        if (colon == begin || colon == length || b[colon] != ':') {
            return NOT_PLAIN;
        }
        int first = colon + 1;
        while (first < length && isBlank(b[first])) {
            first++;
        }
        int end = skip(b, first, length, VALUE);
        if (end + 1 >= length || b[end] != '\r' || b[end + 1] != '\n') {
            return NOT_PLAIN;
        }
        int h = header(b, begin, colon);
        if (h >= 0) {
            int last = end;
            while (last > first && isBlank(b[last - 1])) {
                last--;
            }
            if (to[h] >= 0 || last == first || h >= CONTENT_LENGTH) {
                return NOT_PLAIN;
            }
            from[h] = first;
            to[h] = last;
        }
        return end + 2;
    }

    /** The one whose name stands there, in whatever letters, or -1. */
    private static int header(byte[] bytes, int begin, int end) {
        int length = end - begin;
        if (length < BY_LENGTH.length) {
            for (int h : BY_LENGTH[length]) {
                if (isIgnoringCase(bytes, begin, HEADERS[h])) {
                    return h;
                }
            }
        }
        return NOT_PLAIN;
    }

    private boolean isWhole() {
        return has(HOST)
                && isAuthority(from[HOST], to[HOST])
                && !(has(FORWARDED_METHOD) && has(ORIGINAL_METHOD))
                && (has(FORWARDED_URI) ? 1 : 0) + (has(ORIGINAL_URI) ? 1 : 0) + (has(ORIGINAL_URL) ? 1 : 0) <= 1
                && (!has(CONNECTION) || is(CONNECTION, KEEP_ALIVE));
    }

    private boolean isAuthority(int first, int end) {
        for (int i = first; i < end; i++) {
            if (!DoorHandler.isOfAuthority((char) bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean has(int h) {
        return to[h] >= 0;
    }

    private boolean is(int h, byte[] lowerCase) {
        return to[h] - from[h] == lowerCase.length && isIgnoringCase(bytes, from[h], lowerCase);
    }

    /** What follows the path of the door in the target; empty when nothing does. */
    String below() {
        return text(LINE.length, targetTo);
    }

    /** The values of the lines that may hold a key, none or one each. */
    List<String> authorization() {
        return all(AUTHORIZATION);
    }

    List<String> xApiKey() {
        return all(X_API_KEY);
    }

    List<String> forwardedFor() {
        return all(FORWARDED_FOR);
    }

    @Nullable
    String userAgent() {
        return one(USER_AGENT);
    }

    @Nullable
    String requestId() {
        return one(REQUEST_ID);
    }

    @Nullable
    String forwardedMethod() {
        String method = one(FORWARDED_METHOD);
        return method == null ? one(ORIGINAL_METHOD) : method;
    }

    @Nullable
    String forwardedUri() {
        String uri = one(FORWARDED_URI);
        uri = uri == null ? one(ORIGINAL_URI) : uri;
        return uri == null ? one(ORIGINAL_URL) : uri;
    }

    /** Forgets the keys that were read. */
    void wipe(int length) {
        Arrays.fill(bytes, 0, length, (byte) 0);
    }

    private List<String> all(int h) {
        String value = one(h);
        return value == null ? List.of() : List.of(value);
    }

    private @Nullable String one(int h) {
        return to[h] < 0 ? null : text(from[h], to[h]);
    }

    @SuppressWarnings("deprecation") // all of it is ASCII, and this makes no detour over a decoder
    private String text(int first, int end) {
        return first == end ? "" : new String(bytes, 0, first, end - first);
    }

    /** The first place from there on whose byte is of another kind. */
    private static int skip(byte[] b, int begin, int length, int kind) {
        int at = begin;
        while (at < length && (KINDS[b[at] & 0xff] & kind) != 0) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isIgnoringCase(byte[] bytes, int from, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            byte b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b + 'a' - 'A' : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
