package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.TenantId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a tenant. */
@Command(
        name = "create",
        header = "Make a tenant, and put its bootstrap key into a file.",
        description = {
            "",
            "The key is an admin key of the new tenant, good for 24 hours. It is written to DIR/tenants/ID.key (0600) and never"
                    + " printed. It takes a bootstrap key of the first tenant to make another one.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  keyledger tenant create t_acme --name \"Acme Inc.\" --preset strict-s2",
            "  keyledger key list --key-file DIR/tenants/t_acme.key"
        })
final class CreateTenant extends PlatformCommand {
    @Parameters(paramLabel = "ID", description = "t_ and 1 to 40 lower-case letters, digits or hyphens.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Option(names = "--name", paramLabel = "NAME", description = "What to call it.")
    private @Nullable String name;

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            completionCandidates = Values.Presets.class,
            converter = Values.Presets.class,
            description = "The policy it starts from: ${COMPLETION-CANDIDATES} (default: descriptive).")
    private @Nullable String preset;

    @Override
    public Integer call() {
        TenantId tenant = TenantIds.parse(id);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("tenantId", tenant.value());
        if (name != null) {
            body.put("name", name);
        }
        if (preset != null) {
            body.put("preset", preset);
        }
        Map<String, Object> answer;
        try (Api api = api()) {
            answer = api.change("POST", "/tenants", Json.line(body)).object();
        }
        Path file = globals().installation().tenantKeyFile(tenant.value());
        boolean kept = BootstrapKey.keep(answer.get("bootstrap"), file);
        print(answer, kept ? file : null);
        return 0;
    }

    private void print(Map<String, Object> answer, @Nullable Path file) {
        Console console = console();
        if (console.json()) {
            Map<String, Object> shown = new LinkedHashMap<>(answer);
            shown.put("bootstrap", BootstrapKey.withoutSecret(answer.get("bootstrap"), file));
            console.object(shown);
        } else {
            Table table = Table.ofPairs();
            table.row("Tenant", Text.of(answer.get("tenantId")));
            table.row("Name", Text.of(answer.get("name")));
            table.row("Preset", Text.of(answer.get("preset")));
            table.row("Key file", file == null ? Text.NONE : file.toString());
            console.table(table);
        }
        if (file == null) {
            console.warn("Its bootstrap key was shown before: `keyledger bootstrap --tenant "
                    + Text.of(answer.get("tenantId")) + "` makes another one.");
        } else {
            console.note("Use it with --key-file " + file);
        }
    }
}
