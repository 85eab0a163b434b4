package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.TenantId;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a tenant is allowed. */
@Command(
        name = "entitle",
        header = "Allow a tenant's people keys of their own, or not.",
        description = {
            "",
            "It takes no key to ask for it, but the operator's certificate in DIR/tls. Admins of the tenant see it in the settings"
                    + " (entitlements.selfService) and cannot change it.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  keyledger tenant entitle t_acme --no-self-service")
final class EntitleTenant extends PlatformCommand {
    @Parameters(paramLabel = "ID", description = "Which tenant.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Option(
            names = "--self-service",
            negatable = true,
            required = true,
            description = "Whether people may make keys and tokens of their own.")
    private boolean selfService;

    @Override
    public Integer call() {
        TenantId tenant = TenantIds.parse(id);
        Map<String, Object> answer;
        try (Api api = Api.operator(globals().installation())) {
            answer = api.change(
                            "PUT",
                            "/internal/tenants/" + tenant + "/entitlements",
                            Json.line(Map.of("selfService", selfService)))
                    .object();
        }
        Console console = console();
        if (console.json()) {
            console.object(answer);
        } else {
            Table table = Table.ofPairs();
            table.row("Tenant", tenant.value());
            table.row("Self-service", Text.of(answer.get("selfService")));
            console.table(table);
        }
        return 0;
    }
}
