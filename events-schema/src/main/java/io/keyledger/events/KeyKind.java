package io.keyledger.events;

import org.jspecify.annotations.Nullable;

/** What a credential is for; the letter stands in the key itself. */
public enum KeyKind {
    KEY('k'),
    PERSONAL('p'),
    CLIENT('c'),
    TEST('t'),
    BOOTSTRAP('b');

    private static final KeyKind[] ALL = values();

    private final char letter;

    KeyKind(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }

    /** The kind of that letter, or null. */
    public static @Nullable KeyKind ofLetter(int letter) {
        for (KeyKind kind : ALL) {
            if (kind.letter == letter) {
                return kind;
            }
        }
        return null;
    }
}
