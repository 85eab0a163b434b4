package io.keyledger.cli.tenant;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tenants: who share nothing but the machine. */
@Command(
        name = "tenant",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Create and list tenants.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CreateTenant.class, ListTenants.class, EntitleTenant.class, HostOfTenant.class})
public final class TenantCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
