package io.keyledger.cli.client;

import io.keyledger.cli.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that speaks to the platform: what all of them share. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, abbreviateSynopsis = true)
public abstract class PlatformCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    protected final Globals globals() {
        return Globals.of(spec);
    }

    protected final Console console() {
        return Console.of(spec.commandLine(), globals().json());
    }

    protected final Api api() {
        return Api.management(globals());
    }

    /** A wrong command line that picocli could not know to be wrong. */
    protected final RuntimeException usage(String line) {
        return new picocli.CommandLine.ParameterException(spec.commandLine(), line);
    }
}
