package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists users. */
@Command(
        name = "list",
        aliases = "ls",
        header = "List all users of the tenant.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger user list")
final class ListUsers extends PlatformCommand {
    @Override
    public Integer call() {
        Console console = console();
        Table table = Table.withHeader("USER", "LOGIN", "NAME", "ROLES", "STATE", "LAST LOGIN");
        try (Api api = api()) {
            Pages.read(api, "/users", Map.of(), 0, user -> {
                if (console.json()) {
                    console.object(user);
                } else {
                    table.row(
                            Text.of(user.get("userId")),
                            Text.of(user.get("login")),
                            Text.of(user.get("displayName")),
                            UserView.roles(user.get("roles")),
                            UserView.state(user),
                            Text.time(user.get("lastLoginAt"), "never"));
                }
            });
        }
        if (!console.json()) {
            console.table(table);
        }
        return 0;
    }
}
