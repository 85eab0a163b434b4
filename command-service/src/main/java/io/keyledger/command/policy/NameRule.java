package io.keyledger.command.policy;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a key may be called. */
public enum NameRule {
    /** 1 to 100 printable characters, blanks among them but not at the ends. */
    DESCRIPTIVE(100, "1 to 100 printable characters, with no blank at either end") {
        @Override
        boolean allows(String name) {
            return isPrintable(name, "") && name.strip().equals(name);
        }
    },
    /** 1 to 30 letters, digits and underscores. */
    STRICT(30, "1 to 30 letters A-Z and a-z, digits and underscores") {
        @Override
        boolean allows(String name) {
            return STRICT_FORM.matcher(name).matches();
        }
    };

    private static final Pattern STRICT_FORM = Pattern.compile("[A-Za-z0-9_]+");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

    private final int maxLength;
    private final String allowed;

    NameRule(int maxLength, String allowed) {
        this.maxLength = maxLength;
        this.allowed = allowed;
    }

    abstract boolean allows(String name);

    public boolean accepts(String name) {
        return !name.isEmpty() && length(name) <= maxLength && allows(name);
    }

    /** In characters as people count them: code points. */
    public int maxLength() {
        return maxLength;
    }

    /** The rule in words, for people. */
    public String allowed() {
        return allowed;
    }

    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /**
     * Whether {@code text} holds only characters that show: no controls but those in {@code also}, no invisible marks, no
     * half of a surrogate pair, nothing that Unicode has not assigned.
     */
    public static boolean isPrintable(String text, String also) {
        return text.codePoints()
                .allMatch(c -> also.indexOf(c) >= 0
                        || switch (Character.getType(c)) {
                            case Character.CONTROL,
                                    Character.FORMAT,
                                    Character.SURROGATE,
                                    Character.PRIVATE_USE,
                                    Character.UNASSIGNED,
                                    Character.LINE_SEPARATOR,
                                    Character.PARAGRAPH_SEPARATOR -> false;
                            default -> true;
                        });
    }

    /** The form in which two names are the same: compatible characters, case and runs of blanks do not tell them apart. */
    public static String normalise(String name) {
        String compatible = Normalizer.normalize(name, Normalizer.Form.NFKC);
        String folded = compatible.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return BLANKS.matcher(Normalizer.normalize(folded, Normalizer.Form.NFKC))
                .replaceAll(" ")
                .strip();
    }
}
