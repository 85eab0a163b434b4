package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decides recorded requests again. */
@Command(
        name = "simulate",
        header = "Say whom a change would have refused, by the recorded requests of a window of at most 31 days.",
        description = {
            "",
            "Nothing is changed. Each request is decided again by the edges' own rule, with what was known at its time. Without a"
                    + " change it says how many of the recorded decisions follow from what is known: that should be all.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger simulate --from 2026-11-01T00:00 --owner svc_ci --address 192.0.2.0/24",
            "  keyledger simulate --from 2026-11-01T00:00 --scope read-only KEY-ID"
        })
public final class SimulateCommand extends PlatformCommand {
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    @Parameters(
            paramLabel = "KEY-ID",
            arity = "0..*",
            converter = Values.Keys.class,
            description = "These keys alone; else those of --owner, or all.")
    private List<KeyId> keys = List.of();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "Where the window begins: 2026-11-01T00:00 (UTC).")
    @SuppressWarnings("NullAway.Init")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "Where it ends; now unless it is given.")
    private @Nullable Instant to;

    @Option(names = "--owner", paramLabel = "OWNER", description = "The keys of this owner.")
    private @Nullable String owner;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            completionCandidates = Values.Scopes.class,
            converter = Values.Scopes.class,
            description = "What if no key had more than that.")
    private @Nullable String scope;

    @Option(
            names = "--expires",
            paramLabel = "INSTANT",
            converter = PolicyOptions.Moments.class,
            description = "What if every key had ended then.")
    private @Nullable Instant expires;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Override
    public Integer call() {
        String clash = policy.clash();
        if (clash != null) {
            throw usage(clash);
        }
        try (Api api = api()) {
            Answer answer = api.ask("/simulations", Json.line(question()));
            while (!"done".equals(answer.object().get("state"))) {
                Map<String, Object> progress =
                        PolicyOptions.members(answer.object().get("progress"));
                console().note("%s keys, %s events so far".formatted(progress.get("keys"), progress.get("events")));
                api.pause(BETWEEN);
                answer = api.get("/simulations/" + Text.of(answer.object().get("id")));
            }
            if (console().json()) {
                console().line(answer.text());
            } else {
                show(PolicyOptions.members(answer.object().get("result")));
            }
        }
        return 0;
    }

    private Map<String, Object> question() {
        Map<String, Object> window = new LinkedHashMap<>();
        window.put("from", from.toString());
        if (to != null) {
            window.put("to", to.toString());
        }
        Map<String, Object> change = new LinkedHashMap<>();
        if (scope != null) {
            change.put("scope", scope);
        }
        if (expires != null) {
            change.put("expiresAt", expires.toString());
        }
        if (policy.given()) {
            change.put("policy", policy.policy(Map::of));
        }
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("window", window);
        if (!keys.isEmpty()) {
            question.put("keys", keys.stream().map(KeyId::value).toList());
        }
        if (owner != null) {
            question.put("owner", owner);
        }
        if (!change.isEmpty()) {
            question.put("change", change);
        }
        return question;
    }

    private void show(Map<String, Object> result) {
        Table sums = Table.ofPairs();
        for (String name : List.of("keys", "requests", "reproduced", "inFlight", "circumstances")) {
            sums.row(name, Text.of(result.get(name)));
        }
        for (String name : List.of("notReproduced", "wouldRefuse", "wouldAccept")) {
            sums.row(name, Text.of(PolicyOptions.members(result.get(name)).get("requests")));
        }
        console().table(sums);
        if (!Boolean.TRUE.equals(result.get("complete"))) {
            console()
                    .warn("There were more events than are looked at: it stopped in " + Text.of(result.get("lastKey")));
        }
        Table table = Table.withHeader("WOULD BE", "BY", "NAME", "REQUESTS");
        for (String what : List.of("wouldRefuse", "wouldAccept")) {
            Map<String, Object> tally = PolicyOptions.members(result.get(what));
            for (String by : List.of("byCode", "byKey", "byEndpoint", "byAddress")) {
                for (Map<String, Object> count : Pages.objects(tally, by)) {
                    table.row(
                            what.equals("wouldRefuse") ? "refused" : "accepted",
                            by.substring(2).toLowerCase(Locale.ROOT),
                            Text.of(count.get("name")),
                            Text.of(count.get("requests")));
                }
            }
        }
        if (!table.isEmpty()) {
            console().table(table);
        }
    }
}
