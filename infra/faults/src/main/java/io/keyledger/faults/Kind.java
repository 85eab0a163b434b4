package io.keyledger.faults;

import java.util.Locale;

/** What is done to the platform. Those of one {@link Lane} never overlap; those of different lanes do. */
enum Kind {
    KILL_EDGE(Lane.PROCESSES),
    FREEZE_EDGE(Lane.PROCESSES),
    KILL_BROKER(Lane.PROCESSES),
    FREEZE_BROKER(Lane.PROCESSES),
    KILL_COMMAND_SERVICE(Lane.PROCESSES),
    FREEZE_COMMAND_SERVICE(Lane.PROCESSES),
    /** Nothing passes between one edge and the broker. */
    CUT_BOTH_WAYS(Lane.SURROUNDINGS),
    /** The broker hears nothing of the edge; what it says itself arrives. */
    CUT_TO_BROKER(Lane.SURROUNDINGS),
    /** The edge hears nothing of the broker. */
    CUT_FROM_BROKER(Lane.SURROUNDINGS),
    /** Not a byte is left where one edge keeps its spool. */
    FULL_DISK(Lane.SURROUNDINGS),
    /** The wall clock of one edge is set ahead, and back again; its monotonic clock goes on as it did. */
    CLOCK_AHEAD(Lane.SURROUNDINGS),
    CLOCK_BACK(Lane.SURROUNDINGS);

    enum Lane {
        PROCESSES,
        SURROUNDINGS
    }

    private final Lane lane;

    Kind(Lane lane) {
        this.lane = lane;
    }

    Lane lane() {
        return lane;
    }

    /** As reports and histories name it, {@code kill-edge}. */
    String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
