package io.keyledger.cli.console;

/** Nobody reads standard output any more. */
public final class OutputClosed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosed() {
        super("standard output is closed", null, false, false);
    }
}
