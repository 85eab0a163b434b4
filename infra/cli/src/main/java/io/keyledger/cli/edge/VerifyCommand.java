package io.keyledger.cli.edge;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks the edge about a key. */
@Command(
        name = "verify",
        header = "Ask the edge whether a key is good, as a gateway does.",
        description = {
            "",
            "Reads the key from standard input, or asks for it without showing it. The use, or the refusal, goes to the audit as"
                    + " any other. Exit code 0: it is good; 1: it is not, and the code says why.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger verify < siem.key",
            "  keyledger verify --permission sync:execute < siem.key",
            "  keyledger verify --method POST --path /api/v1/sync/projects/7/execute --json < siem.key"
        })
public final class VerifyCommand extends PlatformCommand {
    private static final List<String> ORDER =
            List.of("valid", "code", "keyId", "credentialId", "name", "owner", "scope", "permissions", "expiresAt");

    @Option(
            names = {"-p", "--permission"},
            paramLabel = "PERMISSION",
            description = "What it should be good for, such as objects:read.")
    private @Nullable String permission;

    @Option(names = "--method", paramLabel = "METHOD", description = "Method of the request that it came with.")
    private @Nullable String method;

    @Option(names = "--path", paramLabel = "PATH", description = "Path of the request that it came with.")
    private @Nullable String path;

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "Address that the request came from.")
    private @Nullable String ip;

    @Override
    public Integer call() {
        String key = console().readSecret("Key: ");
        if (key == null || key.isBlank()) {
            throw new Failure(Failure.USAGE, "There is no key on standard input.");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", key.strip());
        put(body, "permission", permission);
        put(body, "method", method);
        put(body, "path", path);
        put(body, "ip", ip);
        put(body, "userAgent", "keyledger-cli");
        Console console = console();
        try (Api edge = Api.edge(globals().installation())) {
            Answer answer = edge.ask("/v1/verify", Json.line(body));
            Map<String, Object> verdict = answer.object();
            if (console.json()) {
                console.line(answer.text());
            } else {
                console.table(table(verdict));
            }
            return Boolean.TRUE.equals(verdict.get("valid")) ? 0 : Failure.FAILED;
        }
    }

    /** The verdict first, then what was found out about the key. */
    private static Table table(Map<String, Object> verdict) {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (String name : ORDER) {
            if (verdict.containsKey(name)) {
                ordered.put(name, verdict.get(name));
            }
        }
        ordered.putAll(verdict);
        Table table = Table.ofPairs();
        ordered.forEach(
                (name, value) -> table.row(name, name.endsWith("At") ? Text.time(value, Text.NONE) : Text.of(value)));
        return table;
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
