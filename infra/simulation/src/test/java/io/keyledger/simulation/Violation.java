package io.keyledger.simulation;

/** Something that always has to hold did not. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String guarantee, String what) {
        super(guarantee + ": " + what);
    }
}
