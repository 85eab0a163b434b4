package io.keyledger.verifier;

import io.keyledger.verifier.Verdict.Code;
import org.jspecify.annotations.Nullable;

/**
 * The work on one presented key after the other, from its text to the code, without garbage: what {@link KeyView#verify}
 * does, for callers that keep one of these for each thread. Not for more than one thread.
 */
public final class KeyCheck {
    private final Hasher hasher = new Hasher();
    private final KeyText text = new KeyText(hasher.text(), Hasher.TEXT_AT);
    private final CredentialTable.Found found = new CredentialTable.Found();
    private @Nullable CredentialTable matchedIn;

    /**
     * The code for a key, {@link Code#MALFORMED} for a text that is none.
     *
     * @param nowMicros edge time, microseconds since 1970
     */
    public Code verify(KeyView view, String key, Ask ask, long nowMicros, Standing standing) {
        matchedIn = null;
        if (standing == Standing.STARTING) {
            return Code.STARTING;
        }
        if (!text.read(key)) {
            return Code.MALFORMED;
        }
        return verify(view, text.high(), text.low(), key.length(), ask, nowMicros, standing);
    }

    /** As the other one, for a key that was read before. */
    Code verify(KeyView view, PresentedKey key, Ask ask, long nowMicros, Standing standing) {
        matchedIn = null;
        if (standing == Standing.STARTING) {
            return Code.STARTING;
        }
        text.put(key);
        return verify(view, key.high(), key.low(), key.reveal().length(), ask, nowMicros, standing);
    }

    private Code verify(KeyView view, long high, long low, int length, Ask ask, long nowMicros, Standing standing) {
        CredentialTable table = view.table();
        // Known or not: there is an entry, with its party and pepper, and a comparison with it.
        boolean known = table.find(high, low, found);
        Party party = table.party(found.data, found.at());
        Peppers.Pepper pepper = party.pepper();
        byte[] digest = hasher.verifier(pepper == null ? view.currentPepper() : pepper, length);
        boolean same = Entry.verifies(found.data, found.at(), digest) && pepper != null;
        if (!known) {
            return Code.UNKNOWN;
        }
        if (!same) {
            return Code.MISMATCH;
        }
        matchedIn = table;
        return Judgement.of(
                found.data,
                found.slot,
                party.conditions(),
                party.tenantPlace().known(),
                party.person(),
                nowMicros,
                standing,
                ask);
    }

    /** Whose secret the last key was, as it was then; null when it was nobody's. Makes an object. */
    public @Nullable Credential credential() {
        CredentialTable table = matchedIn;
        return table == null ? null : table.credential(found.data, found.slot);
    }

    /** Lets go of what the last key has found, which else stays in memory until the next one. */
    public void clear() {
        matchedIn = null;
        found.clear();
    }
}
