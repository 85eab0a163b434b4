package io.keyledger.cli.user;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** People: who may sign in. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Create, list, disable, enable and erase users, and give them roles and passwords.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListUsers.class,
            CreateUser.class,
            DisableUser.class,
            EnableUser.class,
            EraseUser.class,
            SetRoles.class,
            SetPassword.class
        })
public final class UserCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
