package io.keyledger.cli.settings;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A tenant's policy on keys. */
@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "See and change what the tenant asks of its keys.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GetSettings.class, SetSettings.class})
public final class SettingsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
