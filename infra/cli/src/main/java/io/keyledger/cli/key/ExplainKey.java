package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains a decision about a key. */
@Command(
        name = "explain",
        header = "Explain whether a request with a key is let in, or was, by which fact and who set it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key explain KEY-ID --permission orders:read --address 198.51.100.9",
            "  keyledger key explain KEY-ID --method GET --path /orders/7 --as-of 2026-11-22T11:00"
        })
final class ExplainKey extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Option(
            names = "--credential",
            paramLabel = "ID",
            description = "Which of its credentials; the newest that can be presented unless it is given.")
    private @Nullable String credential;

    @Option(names = "--permission", paramLabel = "NAME", description = "What is asked for: orders:read.")
    private @Nullable String permission;

    @Option(names = "--method", paramLabel = "METHOD", description = "GET, POST and so on.")
    private @Nullable String method;

    @Option(names = "--path", paramLabel = "PATH", description = "The path of the request.")
    private @Nullable String path;

    @Option(names = "--address", paramLabel = "IP", description = "The address that it comes from.")
    private @Nullable String address;

    @Option(
            names = "--as-of",
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "At that moment: 2026-11-22T11:00 (UTC); now unless it is given.")
    private @Nullable Instant asOf;

    @Override
    public Integer call() {
        try (Api api = api()) {
            Map<String, Object> question = new LinkedHashMap<>();
            question.put("credentialId", credential == null ? newest(api) : credential);
            put(question, "permission", permission);
            put(question, "method", method);
            put(question, "path", path);
            put(question, "ip", address);
            put(question, "asOf", asOf == null ? null : asOf.toString());
            Answer answer = api.ask("/decisions/explain", Json.line(question));
            if (console().json()) {
                console().line(answer.text());
            } else {
                show(answer.object());
            }
        }
        return 0;
    }

    private String newest(Api api) {
        Map<String, String> query = asOf == null ? Map.of() : Map.of("asOf", asOf.toString());
        List<Map<String, Object>> credentials =
                Pages.objects(api.get("/keys/" + id, query).object(), "credentials");
        if (credentials.isEmpty()) {
            throw new Failure(
                    Failure.FAILED, "None of its credentials can be presented any more: name one with --credential.");
        }
        return Text.of(credentials.getLast().get("credentialId"));
    }

    private static void put(Map<String, Object> question, String name, @Nullable String value) {
        if (value != null) {
            question.put(name, value);
        }
    }

    private void show(Map<String, Object> explanation) {
        boolean allowed = Boolean.TRUE.equals(explanation.get("allowed"));
        console()
                .line(console().style(allowed ? "fg(green)" : "fg(red)", allowed ? "allowed" : "refused") + ": "
                        + Text.of(explanation.get("code")));
        Table table = Table.withHeader("", "FACT", "VALUE", "SET", "BY", "EVENT");
        for (Map<String, Object> fact : Pages.objects(explanation, "facts")) {
            Map<String, Object> cause = PolicyOptions.members(fact.get("setBy"));
            table.row(
                    Boolean.TRUE.equals(fact.get("decisive")) ? ">" : "",
                    Text.of(fact.get("name")),
                    Text.of(fact.get("value")),
                    Text.time(cause.get("at"), Text.NONE),
                    Text.of(cause.get("by")),
                    Text.of(cause.get("eventId")));
        }
        if (table.isEmpty()) {
            console().note(Text.of(explanation.get("reason")));
        } else {
            console().table(table);
        }
    }
}
