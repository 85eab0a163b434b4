package io.keyledger.cli.edge;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The edges as the operator sees them. */
@Command(
        name = "edge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "List edges, and retire one that is gone for good.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListEdges.class, RetireEdge.class})
public final class EdgeCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
