package io.keyledger.cli.client;

import org.jspecify.annotations.Nullable;

/** Why a command did not do what it was asked: one line for people, an exit code for scripts, never a secret. */
public final class Failure extends RuntimeException {
    /** The platform refused, or the answer was no. */
    public static final int FAILED = 1;
    /** The command line itself is wrong; nothing was asked of the platform. */
    public static final int USAGE = 2;
    /** Nobody answers. */
    public static final int UNREACHABLE = 3;
    /** Done, but some edge has not confirmed it yet. */
    public static final int UNCONFIRMED = 4;

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient @Nullable Problem problem;

    public Failure(int exitCode, String line) {
        this(exitCode, line, null);
    }

    Failure(int exitCode, String line, @Nullable Problem problem) {
        super(line, null, false, false);
        this.exitCode = exitCode;
        this.problem = problem;
    }

    public int exitCode() {
        return exitCode;
    }

    /** What the platform answered, when it was the platform that refused. */
    public @Nullable Problem problem() {
        return problem;
    }

    public String line() {
        String message = getMessage();
        return message == null ? "failed" : message;
    }
}
