package io.keyledger.edge.core.spool;

import io.keyledger.verifier.PresentedKey;
import org.jspecify.annotations.Nullable;

/** Makes texts that a stranger sent fit to be kept: bounded, printable, and without a key in them. Pure. */
final class Clean {
    private static final String BLANKED = "[key]";
    private static final char REPLACEMENT = '\ufffd';

    private Clean() {}

    /** The first {@code max} characters of {@code text}, control characters and halves of characters replaced. */
    static @Nullable String text(@Nullable String text, int max) {
        if (text == null) {
            return null;
        }
        if (PresentedKey.occursIn(text)) {
            return BLANKED;
        }
        String cut = text.length() <= max ? text : text.substring(0, max);
        for (int i = 0; i < cut.length(); i++) {
            if (!isPlain(cut.charAt(i))) {
                return replaced(cut);
            }
        }
        return cut;
    }

    /** As {@link #text}, up to the query string or fragment. */
    static @Nullable String path(@Nullable String path, int max) {
        if (path == null) {
            return null;
        }
        int end = 0;
        while (end < path.length() && path.charAt(end) != '?' && path.charAt(end) != '#') {
            end++;
        }
        return text(path.substring(0, end), max);
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7f;
    }

    private static String replaced(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append(Character.isISOControl(c) || Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return out.toString();
    }
}
