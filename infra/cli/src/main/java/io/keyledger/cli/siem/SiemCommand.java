package io.keyledger.cli.siem;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Accounts for SIEMs. */
@Command(
        name = "siem",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Let SIEMs read the audit from Kafka: make, list and end their accounts.",
        description = {
            "",
            "An account reads the topics keyledger.audit.* of all tenants, in consumer groups of its own, and nothing else. It takes"
                    + " no key, but the folder of the installation. A tenant reads its own audit over REST: see docs/siem.md.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AddSiem.class, ListSiems.class, RemoveSiem.class})
public final class SiemCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
