package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what a key in the wrong hands did. */
@Command(
        name = "incident",
        header = "Show what a key did since a moment: decisions, endpoints, addresses, what is new in it, and its end.",
        description = {
            "",
            "Without --credential it reads the text that leaked from standard input, where no other user and no shell history sees"
                    + " it. Evidence that proves itself: `keyledger audit export --key KEY-ID`.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger incident --since 2026-11-20T00:00 < leaked.txt",
            "  keyledger incident --credential 0M9ODf6X0ft3 --json > incident.json"
        })
public final class IncidentCommand extends PlatformCommand {
    @Option(names = "--credential", paramLabel = "ID", description = "The public part of the key: its credential's id.")
    private @Nullable String credential;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "Since then: 2026-11-20T00:00 (UTC); 30 days ago unless it is given.")
    private @Nullable Instant since;

    @Override
    public Integer call() {
        Map<String, Object> question = new LinkedHashMap<>();
        if (credential != null) {
            question.put("credentialId", credential);
        } else {
            String leaked = String.join("\n", Console.readLines());
            if (leaked.isBlank()) {
                throw new Failure(Failure.USAGE, "Give --credential, or the text that leaked on standard input.");
            }
            question.put("key", leaked);
        }
        if (since != null) {
            question.put("since", since.toString());
        }
        try (Api api = api()) {
            Answer answer = api.ask("/incidents", Json.line(question));
            if (console().json()) {
                console().line(answer.text());
            } else {
                show(answer.object());
            }
        }
        return 0;
    }

    private void show(Map<String, Object> file) {
        Table head = Table.ofPairs();
        for (String name : List.of("keyId", "keyName", "owner", "status", "since", "until", "accepted", "refused")) {
            head.row(name, Text.of(file.get(name)));
        }
        Map<String, Object> deviation = PolicyOptions.members(file.get("firstDeviation"));
        head.row(
                "first deviation",
                deviation.isEmpty()
                        ? Text.NONE
                        : "%s by %s: %s %s from %s"
                                .formatted(
                                        Text.of(deviation.get("time")),
                                        Text.of(deviation.get("differsBy")),
                                        Text.of(deviation.get("method")),
                                        Text.of(deviation.get("path")),
                                        Text.of(deviation.get("ip"))));
        Map<String, Object> end = PolicyOptions.members(file.get("end"));
        head.row("ended", end.isEmpty() ? "no: revoke it" : Text.of(end.get("by")));
        for (Map<String, Object> edge : Pages.objects(end, "edges")) {
            head.row("confirmed by " + Text.of(edge.get("edge")), Text.of(edge.get("millis")) + " ms after");
        }
        if (!end.isEmpty()) {
            head.row("accepted afterwards", Text.of(end.get("acceptedAfterwards")));
        }
        console().table(head);
        for (String what : List.of("addresses", "endpoints")) {
            Table table =
                    Table.withHeader("NEW", "ACCEPTED", "REFUSED", "FIRST", "LAST", what.toUpperCase(Locale.ROOT));
            for (Map<String, Object> row : Pages.objects(file, what)) {
                table.row(
                        Boolean.TRUE.equals(row.get("seenBefore")) ? "" : "new",
                        Text.of(row.get("accepted")),
                        Text.of(row.get("refused")),
                        Text.time(row.get("firstAt"), Text.NONE),
                        Text.time(row.get("lastAt"), Text.NONE),
                        Text.of(row.get("name")));
            }
            if (!table.isEmpty()) {
                console().table(table);
            }
        }
        Table siblings = Table.withHeader("OWNER'S OTHER KEYS", "STATUS", "SCOPE", "LAST USED", "NAME");
        for (Map<String, Object> key : Pages.objects(file, "siblings")) {
            siblings.row(
                    Text.of(key.get("keyId")),
                    Text.of(key.get("status")),
                    Text.of(key.get("scope")),
                    Text.time(key.get("lastUsedAt"), "never"),
                    Text.of(key.get("keyName")));
        }
        if (!siblings.isEmpty()) {
            console().table(siblings);
        }
    }
}
