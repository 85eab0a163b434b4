package io.keyledger.verifier;

import io.keyledger.events.view.CredentialRecord;
import java.io.IOException;

/** Views with a planted bug. */
public final class BrokenViews {
    private BrokenViews() {}

    /** One in which the last record wins, whatever it says: nothing is sticky. */
    public static KeyView lastWins(Peppers peppers, long seed) {
        return new LastWins(peppers, seed);
    }

    public static ViewImage.Read readLastWins(String instance, Peppers peppers, ViewImage.Source from)
            throws IOException {
        return ViewImage.read(instance, peppers, from, seed -> new LastWins(peppers, seed));
    }

    private static final class LastWins extends KeyView {
        LastWins(Peppers peppers, long seed) {
            super(peppers, seed);
        }

        @Override
        boolean wins(CredentialRecord record, long before, byte[] data) {
            return true;
        }
    }
}
