package io.keyledger.cli.key;

import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.console.Console;
import io.keyledger.events.KeyId;

/** One line about a key that something was done to. */
final class Outcome {
    private Outcome() {}

    static void print(Console console, String done, KeyId id, Confirmation confirmation) {
        if (console.json()) {
            console.object(confirmation.members());
            return;
        }
        console.line(
                done + " " + id + (confirmation.effective() ? ", refused everywhere: " + confirmation.edges() : ""));
        if (!confirmation.effective()) {
            console.warn(confirmation.pending());
        }
    }
}
