package io.keyledger.cli.client;

import io.keyledger.cli.console.Console;
import picocli.CommandLine.Option;

/** Asking before something that cannot be undone. */
public final class Consent {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    public boolean given() {
        return yes;
    }

    public void require(Console console, String question) {
        if (!yes && !console.confirm(question)) {
            throw new Failure(Failure.FAILED, "Nothing was done. Answer y, or give --yes where nobody can answer.");
        }
    }
}
