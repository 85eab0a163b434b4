package io.keyledger.cli.audit;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Console;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.KeyId;
import io.keyledger.events.siem.AuditFormat;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads the audit. */
@Command(
        name = "audit",
        header = "Read the audit: every change, use and refusal; export it with proofs, and check them.",
        subcommands = {ExportAudit.class, VerifyAudit.class, VerifyLog.class, WitnessLog.class, CheckStream.class},
        description = {
            "",
            "Newest first; with --follow oldest first, and on as things happen (but for the questions that this command itself asks).",
            "With --json each line is the event itself, byte" + " for byte as it was published.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger audit --type auth.failed --from 2026-11-01",
            "  keyledger audit --key KEY-ID --limit 10",
            "  keyledger audit --follow",
            "  keyledger audit --json --all | gzip > audit.ndjson.gz",
            "  keyledger audit --follow --format syslog >> /var/log/keyledger.log",
            "  keyledger audit check-stream --state stream.state"
        })
public final class AuditCommand extends PlatformCommand {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Not before this day or instant: 2026-11-22, 2026-11-22T08:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Up to the end of this day, or before this instant.")
    private @Nullable String to;

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            completionCandidates = Values.EventTypes.class,
            description = "Only events of this type: ${COMPLETION-CANDIDATES}.")
    private @Nullable String type;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Only events of this key.")
    private @Nullable KeyId key;

    @Option(
            names = {"-q", "--query"},
            paramLabel = "TEXT",
            description = "Only events with these words, by full-text search.")
    private @Nullable String text;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "How many at most (default: 50).")
    private int limit;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what happens from now on, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            converter = Formats.class,
            description = "Write each event as a line of this format: ${COMPLETION-CANDIDATES}.")
    private @Nullable String format;

    /** The formats of the audit. */
    static final class Formats extends Values.Words {
        Formats() {
            super(AuditFormat.names());
        }
    }

    @Override
    public Integer call() {
        if (format != null && globals().json()) {
            throw usage("--format says what the lines are: leave --json out");
        }
        if (limit < 0) {
            throw usage("--limit must not be negative");
        }
        if (follow && (to != null || all)) {
            throw usage("--follow goes on for ever: leave --to and --all out");
        }
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "startDate", from);
        put(query, "endDate", to);
        put(query, "type", type);
        put(query, "keyId", key == null ? null : key.value());
        put(query, "q", text);
        Console console = console();
        Consumer<Map<String, Object>> print = printer(console);
        try (Api api = api()) {
            if (follow) {
                new Follower(api, query, limit, print, console::note).run();
                return 0;
            }
            boolean more = (all || limit > 0) && Pages.read(api, "/audit", query, all ? 0 : limit, print);
            if (more) {
                console.note("There are more: --limit N or --all.");
            }
        }
        return 0;
    }

    private Consumer<Map<String, Object>> printer(Console console) {
        AuditFormat chosen = format == null ? null : AuditFormat.ofWire(format);
        if (chosen == null) {
            return EventLine.printer(console, true);
        }
        return event -> console.line(line(chosen, event));
    }

    private static String line(AuditFormat format, Map<String, Object> event) {
        byte[] bytes = verbatim(event).getBytes(StandardCharsets.UTF_8);
        try {
            return new String(format.line(bytes), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.FAILED, "The platform sent an event that cannot be read: " + e.getMessage() + ".");
        }
    }

    /** Events are canonical, so that writing one again gives the bytes that were published. */
    public static String verbatim(Map<String, Object> event) {
        try {
            return new String(CanonicalJson.bytes(event), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.FAILED, "The platform sent an event that is not in canonical form.");
        }
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
