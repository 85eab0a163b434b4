package io.keyledger.standalone;

/** Why something did not start, in one line made for a person: what, why, and what to do. */
public final class StartFailure extends RuntimeException {
    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
