package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.TenantId;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives a tenant a host name of its own. */
@Command(
        name = "host",
        header = "Give a tenant a host name of its own, or take it away.",
        description = {
            "",
            "The console and the API then serve the tenant under this name and nowhere else. DNS has to lead the name here, and the"
                    + " server's certificate has to cover it: see docs/console.md, Tenants by host name. It takes no key to ask for it,"
                    + " but the operator's certificate in DIR/tls.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger tenant host t_acme keys.acme.example", "  keyledger tenant host t_acme --none"})
final class HostOfTenant extends PlatformCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Which tenant.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The host name.")
    private @Nullable String name;

    @Option(names = "--none", description = "The tenant is served where all are that have no name.")
    private boolean none;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec self;

    @Override
    public Integer call() {
        if ((name == null) != none) {
            throw new ParameterException(self.commandLine(), "Give a NAME, or --none.");
        }
        TenantId tenant = TenantIds.parse(id);
        Map<String, Object> answer;
        try (Api api = Api.operator(globals().installation())) {
            answer = api.change(
                            "PATCH", "/internal/tenants/" + tenant, Json.line(Collections.singletonMap("host", name)))
                    .object();
        }
        Console console = console();
        if (console.json()) {
            console.object(answer);
        } else {
            Table table = Table.ofPairs();
            table.row("Tenant", tenant.value());
            table.row("Host name", Text.of(answer.get("host")));
            console.table(table);
        }
        return 0;
    }
}
