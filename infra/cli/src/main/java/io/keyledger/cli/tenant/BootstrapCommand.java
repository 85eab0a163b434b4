package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Installation;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.TenantId;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the next bootstrap key. */
@Command(
        name = "bootstrap",
        header = "Make a new bootstrap key and put it into its file.",
        description = {
            "",
            "An admin key, good for 24 hours, written to DIR/bootstrap.key (0600) in place of the last one and never printed. It"
                    + " takes no key to ask for it, but the operator's certificate in DIR/tls: whoever can read DIR is the"
                    + " operator. It is an event in the audit as any other.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger bootstrap",
            "  keyledger bootstrap --tenant t_acme              # into DIR/tenants/t_acme.key"
        })
public final class BootstrapCommand extends PlatformCommand {
    @Option(names = "--tenant", paramLabel = "ID", description = "For another tenant than the first one.")
    private @Nullable String tenant;

    @Override
    public Integer call() {
        Installation installation = globals().installation();
        TenantId of = tenant == null ? TenantId.DEFAULT : TenantIds.parse(tenant);
        Path file =
                of.equals(TenantId.DEFAULT) ? installation.bootstrapKeyFile() : installation.tenantKeyFile(of.value());
        Map<String, Object> answer;
        try (Api api = Api.operator(installation)) {
            answer = api.change(
                            "POST",
                            "/internal/bootstrap",
                            Json.line(tenant == null ? Map.of() : Map.of("tenant", of.value())))
                    .object();
        }
        if (!BootstrapKey.keep(answer, file)) {
            throw new Failure(Failure.FAILED, "The platform answered without a key: run it again.");
        }
        Console console = console();
        if (console.json()) {
            console.object(BootstrapKey.withoutSecret(answer, file));
        } else {
            Table table = Table.ofPairs();
            table.row("Key file", file.toString());
            table.row("Key id", Text.of(answer.get("keyId")));
            table.row("Expires", Text.time(answer.get("expiresAt"), "never"));
            console.table(table);
        }
        return 0;
    }
}
