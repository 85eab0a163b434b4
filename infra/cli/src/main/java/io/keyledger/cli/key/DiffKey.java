package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what of a key changed between two moments. */
@Command(
        name = "diff",
        header = "Show what of a key changed between two moments, by whom and by which events.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger key diff KEY-ID --from 2026-11-01T00:00Z")
final class DiffKey extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "Compared with what was so then: 2026-11-01T08:00 (UTC).")
    @SuppressWarnings("NullAway.Init")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "What was so then; now unless it is given.")
    private @Nullable Instant to;

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("from", from.toString());
        if (to != null) {
            query.put("to", to.toString());
        }
        try (Api api = api()) {
            Answer answer = api.get("/keys/" + id + "/diff", query);
            if (console().json()) {
                console().line(answer.text());
                return 0;
            }
            Table table = Table.withHeader("TIME", "WHO", "EVENT", "MEMBER", "FROM", "TO");
            for (Map<String, Object> event : Pages.objects(answer.object(), "events")) {
                for (Map<String, Object> change : Pages.objects(event, "changes")) {
                    table.row(
                            Text.time(event.get("at"), Text.NONE),
                            Text.of(event.get("by")),
                            Text.of(event.get("type")) + " " + Text.of(event.get("eventId")),
                            Text.of(change.get("member")),
                            Text.of(change.get("from")),
                            Text.of(change.get("to")));
                }
            }
            if (table.isEmpty()) {
                console().note("Nothing changed.");
            } else {
                console().table(table);
            }
        }
        return 0;
    }
}
