package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists tenants. */
@Command(
        name = "list",
        aliases = "ls",
        header = "List all tenants.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger tenant list")
final class ListTenants extends PlatformCommand {
    @Override
    public Integer call() {
        Console console = console();
        Table table = Table.withHeader("TENANT", "NAME", "PRESET", "HOST", "CREATED");
        try (Api api = api()) {
            Pages.read(api, "/tenants", Map.of(), 0, tenant -> {
                if (console.json()) {
                    console.object(tenant);
                } else {
                    table.row(
                            Text.of(tenant.get("tenantId")),
                            Text.of(tenant.get("name")),
                            Text.of(tenant.get("preset")),
                            Text.of(tenant.get("host")),
                            Text.time(tenant.get("createdAt"), Text.NONE));
                }
            });
        }
        if (!console.json()) {
            console.table(table);
        }
        return 0;
    }
}
