package io.keyledger.faults;

import java.util.ArrayList;
import java.util.List;

/** What a checker has looked at, and what it found. A checker that looked at nothing has proved nothing. */
final class Findings {
    private static final int SHOWN = 20;

    private final String of;
    private final List<String> violations = new ArrayList<>();
    private long all;
    private long looked;

    /** @param of what is counted by {@link #looked()}, in words */
    Findings(String of) {
        this.of = of;
    }

    /** One more case in which the guarantee could have been broken. */
    void look() {
        looked++;
    }

    void violation(String text) {
        all++;
        if (violations.size() < SHOWN) {
            violations.add(text);
        }
    }

    long looked() {
        return looked;
    }

    long count() {
        return all;
    }

    /** The first ones, in words. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public String toString() {
        return looked + " " + of + ", " + (all == 0 ? "no violation" : all + " violation(s)");
    }
}
