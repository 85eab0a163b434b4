package io.keyledger.cli.key;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All that is done to keys. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Create, list, change, rotate and revoke keys.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CreateKey.class,
            ListKeys.class,
            ShowKey.class,
            UpdateKey.class,
            RotateKey.class,
            RevokeKeys.class,
            SuspendKeys.class,
            ResumeKeys.class,
            RevealKey.class,
            ForgetSecrets.class,
            DeleteKeys.class,
            KeyHistory.class,
            DiffKey.class,
            ExplainKey.class
        })
public final class KeyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
