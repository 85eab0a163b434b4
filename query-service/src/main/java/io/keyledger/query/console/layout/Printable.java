package io.keyledger.query.console.layout;

/** What people type on one line. Pure. */
public final class Printable {
    private Printable() {}

    /** Whether all characters show: no control or format characters, halves of others, or line ends. */
    public static boolean all(String text) {
        return text.codePoints().allMatch(c -> switch (Character.getType(c)) {
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
}
