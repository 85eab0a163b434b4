package io.keyledger.system;

import io.keyledger.verifier.PresentedKey;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds keys in text, independently of the product's own search. */
final class Secrets {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{1,12}_[kpctb]_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}");

    private Secrets() {}

    static List<String> in(String text) {
        return FORM.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(key -> PresentedKey.parse(key) != null)
                .toList();
    }

    /** The 43 characters that nobody but its holder may have. */
    static String secretOf(String key) {
        return key.substring(key.length() - 49, key.length() - 6);
    }

    /** The same key with another secret and a right checksum is not to be had; this is one with a wrong checksum. */
    static String mistyped(String key) {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == '0' ? '1' : '0');
    }
}
