package io.keyledger.verifier;

import io.keyledger.verifier.Verdict.Code;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where in a request a key may stand: {@code Authorization: ApiKey <key>}, {@code Authorization: Bearer <key>} or
 * {@code X-API-Key: <key>}, exactly one of them, once; never in the query string. Pure.
 */
public final class Carriers {
    public static final String AUTHORIZATION = "Authorization";
    public static final String X_API_KEY = "X-API-Key";

    /** For {@code WWW-Authenticate}. */
    public static final String CHALLENGE = "ApiKey realm=\"keyledger\", Bearer realm=\"keyledger\"";

    private static final List<String> SCHEMES = List.of("apikey", "bearer");

    private Carriers() {}

    /** What a request presents. */
    public sealed interface Presented {

        /** One well-formed key. */
        record Key(PresentedKey key) implements Presented {}

        /**
         * Not one well-formed key.
         *
         * @param publicPart of the key that was meant, when it can be told
         */
        record Refused(Code code, @Nullable String publicPart) implements Presented {}
    }

    /**
     * What these header lines and this query string present. An {@code Authorization} of another scheme counts as a
     * carrier too: which of two credentials was meant is nobody's guess to make.
     *
     * @param authorization the values of all {@code Authorization} lines
     * @param xApiKey the values of all {@code X-API-Key} lines
     * @param query the raw query string, null when there is none
     */
    public static Presented read(List<String> authorization, List<String> xApiKey, @Nullable String query) {
        PresentedKey exposed = query == null ? null : inQuery(query);
        if (exposed != null) {
            return new Presented.Refused(Code.QUERY_CREDENTIAL, exposed.publicPart());
        }
        int carriers = authorization.size() + xApiKey.size();
        if (carriers == 0) {
            return new Presented.Refused(Code.NO_CREDENTIAL, null);
        }
        if (carriers > 1) {
            return new Presented.Refused(Code.MANY_CREDENTIALS, null);
        }
        return authorization.isEmpty() ? text(xApiKey.getFirst().strip()) : header(authorization.getFirst());
    }

    /** What {@code text}, as a whole, presents. */
    public static Presented text(String text) {
        PresentedKey key = PresentedKey.parse(text);
        return key == null
                ? new Presented.Refused(Code.MALFORMED, PresentedKey.publicPartOf(text))
                : new Presented.Key(key);
    }

    private static Presented header(String value) {
        String line = value.strip();
        int blank = line.indexOf(' ');
        if (blank < 0 || !SCHEMES.contains(line.substring(0, blank).toLowerCase(Locale.ROOT))) {
            return new Presented.Refused(Code.MALFORMED, null);
        }
        return text(line.substring(blank + 1).strip());
    }

    private static @Nullable PresentedKey inQuery(String query) {
        PresentedKey plain = PresentedKey.find(query);
        if (plain != null || query.indexOf('%') < 0) {
            return plain;
        }
        try {
            return PresentedKey.find(URLDecoder.decode(query, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
