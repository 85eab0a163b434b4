package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists keys. */
@Command(
        name = "list",
        aliases = "ls",
        header = "List keys, with when and how much each was used.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key list",
            "  keyledger key list --search siem --status active",
            "  keyledger key list --restriction anywhere --scope admin",
            "  keyledger key list --json --all | jq -r 'select(.lastUsedAt == null) | .keyId'"
        })
final class ListKeys extends PlatformCommand {
    @Option(names = "--search", paramLabel = "TEXT", description = "Only those with this text in their name or id.")
    private @Nullable String search;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            completionCandidates = Values.Statuses.class,
            converter = Values.Statuses.class,
            description = "Only those that are ${COMPLETION-CANDIDATES}.")
    private @Nullable String status;

    @Option(
            names = {"-s", "--scope"},
            paramLabel = "SCOPE",
            completionCandidates = Values.Scopes.class,
            converter = Values.Scopes.class,
            description = "Only those with this scope: ${COMPLETION-CANDIDATES}.")
    private @Nullable String scope;

    @Option(names = "--owner", paramLabel = "OWNER", description = "Only those of this owner.")
    private @Nullable String owner;

    @Option(
            names = "--restriction",
            paramLabel = "HOW",
            completionCandidates = Values.Restrictions.class,
            converter = Values.Restrictions.class,
            description =
                    "Only those whose use is so restricted, or not: ${COMPLETION-CANDIDATES} (usable from anywhere).")
    private @Nullable String restriction;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "How many at most (default: 100).")
    private int limit;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw usage("--limit must be 1 or more");
        }
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "search", search);
        put(query, "status", status);
        put(query, "scope", scope);
        put(query, "owner", owner);
        put(query, "restriction", restriction);
        Console console = console();
        Table table = KeyView.list();
        boolean more;
        try (Api api = api()) {
            more = Pages.read(api, "/keys", query, all ? 0 : limit, key -> {
                if (console.json()) {
                    console.object(key);
                } else {
                    KeyView.addTo(table, key);
                }
            });
        }
        if (table.isEmpty() && !console.json()) {
            console.note("No keys.");
        } else if (!console.json()) {
            console.table(table);
        }
        if (more) {
            console.note("There are more: --limit N or --all.");
        }
        return 0;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
