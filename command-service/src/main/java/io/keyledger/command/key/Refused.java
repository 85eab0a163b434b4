package io.keyledger.command.key;

/** Carries a {@link Refusal} out of a decision; nothing has happened. Holds no stack trace: it is an answer, no accident. */
public final class Refused extends RuntimeException {
    private final Refusal refusal;

    public Refused(Refusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
