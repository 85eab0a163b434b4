package io.keyledger.query.web;

/** Carries a {@link Refusal} to where it is written as a problem. Costs no stack trace: it is an answer. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    public Refused(Refusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
