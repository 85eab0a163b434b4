package io.keyledger.command.key;

import io.keyledger.command.policy.NameRule;
import io.keyledger.verifier.PresentedKey;
import org.jspecify.annotations.Nullable;

/** What people may write about a key. Pure. */
public final class Wording {
    private static final int MAX_TEXT = 500;
    private static final String LINES = "\n\r\t";

    private Wording() {}

    /** {@code name}, if the rule allows it. */
    public static String name(String name, NameRule rule) {
        return name("name", name, rule);
    }

    /** As {@link #name(String, NameRule)}, for a field of another name. */
    public static String name(String field, String name, NameRule rule) {
        refuseSecret(field, name);
        if (NameRule.length(name) > rule.maxLength()) {
            throw new Refused(new Refusal.TooLong(field, rule.maxLength()));
        }
        if (!rule.accepts(name)) {
            throw new Refused(new Refusal.InvalidValue(field, rule.allowed()));
        }
        return name;
    }

    /** {@code text}, if it is printable, short enough and holds no key; an empty one counts as none. */
    public static @Nullable String text(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        refuseSecret(field, text);
        if (NameRule.length(text) > MAX_TEXT) {
            throw new Refused(new Refusal.TooLong(field, MAX_TEXT));
        }
        if (!NameRule.isPrintable(text, LINES)) {
            throw new Refused(new Refusal.InvalidValue(field, "printable characters, line breaks and tabs"));
        }
        return text;
    }

    private static void refuseSecret(String field, String text) {
        if (PresentedKey.occursIn(text)) {
            throw new Refused(new Refusal.HoldsSecret(field));
        }
    }
}
