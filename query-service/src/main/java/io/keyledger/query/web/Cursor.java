package io.keyledger.query.web;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a list goes on: the sort key of the last item that was shown, so that nothing is skipped or repeated whatever was
 * added in the meantime. It also names the question it belongs to; with another one it is refused.
 *
 * <p>It holds nothing that the caller may not know and gives no right: the tenant always comes from the caller's key.
 */
public final class Cursor {
    private static final String NAME = "after";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Cursor() {}

    /** The text of a cursor for the item with {@code key}, in answers to {@code question}. */
    public static String after(List<String> key, List<@Nullable String> question) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("k", key);
        members.put("q", digest(question));
        return ENCODER.encodeToString(CanonicalJson.bytes(members));
    }

    /**
     * The sort key in the parameter {@code after}; null when it is not given.
     *
     * @param size how many parts the key has
     */
    public static @Nullable List<String> read(Parameters parameters, int size, List<@Nullable String> question) {
        String text = parameters.cursor();
        if (text == null) {
            return null;
        }
        try {
            Map<String, Object> members =
                    JsonReader.object(Base64.getUrlDecoder().decode(text));
            if (digest(question).equals(members.get("q"))
                    && members.get("k") instanceof List<?> key
                    && key.size() == size
                    && key.stream().allMatch(part -> part instanceof String s && s.indexOf(0) < 0)) {
                return key.stream().map(String.class::cast).toList();
            }
        } catch (IllegalArgumentException e) {
            throw refused();
        }
        throw refused();
    }

    /** For a cursor whose parts are not of their form. */
    public static Refused refused() {
        return Parameters.invalid(NAME, "the 'next' of an answer to the same question; leave it out to begin again");
    }

    private static String digest(List<@Nullable String> question) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : question) {
                sha256.update(part == null ? (byte) 0 : (byte) 1);
                if (part != null) {
                    sha256.update(part.getBytes(StandardCharsets.UTF_8));
                    sha256.update((byte) 0);
                }
            }
            return HexFormat.of().formatHex(Arrays.copyOf(sha256.digest(), 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
