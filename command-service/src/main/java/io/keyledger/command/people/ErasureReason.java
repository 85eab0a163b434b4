package io.keyledger.command.people;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a person is erased. A closed list: the event that says it is kept for ever, so that no words about the person may be in it. */
public enum ErasureReason {
    /** The person has asked for it. */
    REQUESTED,
    /** The person is there no more. */
    LEFT,
    /** What is known of them has been kept for as long as it may be. */
    RETENTION,
    /** They should not have been here. */
    MISTAKE;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reason of that name, or null. */
    public static @Nullable ErasureReason ofWire(String wire) {
        return Arrays.stream(values())
                .filter(reason -> reason.wire().equals(wire))
                .findFirst()
                .orElse(null);
    }

    /** All names. */
    public static List<String> wires() {
        return Arrays.stream(values()).map(ErasureReason::wire).toList();
    }
}
