package io.keyledger.cli.edge;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists the edges that command-service knows. */
@Command(
        name = "list",
        aliases = "ls",
        header = "List all edges, with what each may still do.",
        description = {
            "",
            "live: it may hold a lease, so changes wait for its word. ended: its lease is over; it refuses strict keys and may"
                    + " accept others for up to four hours. harmless: these are over too. stopped: it said so itself. retired:"
                    + " an operator said so. new: it never held a lease. Takes the operator's certificate in DIR/tls, not a key.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger edge list",
            "  keyledger edge list --json | jq -r 'select(.standing == \"ended\") | .edge'"
        })
final class ListEdges extends PlatformCommand {
    @Override
    public Integer call() {
        List<Map<String, Object>> edges;
        try (Api api = Api.operator(globals().installation())) {
            edges = Pages.items(api.get("/internal/edges").object());
        }
        Console console = console();
        if (console.json()) {
            edges.forEach(console::object);
            return 0;
        }
        Table table = Table.withHeader("EDGE", "STANDING", "BOOT");
        edges.forEach(
                edge -> table.row(Text.of(edge.get("edge")), Text.of(edge.get("standing")), Text.of(edge.get("boot"))));
        console.table(table);
        return 0;
    }
}
