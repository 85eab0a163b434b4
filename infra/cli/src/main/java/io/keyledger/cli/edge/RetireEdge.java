package io.keyledger.cli.edge;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Consent;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Text;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The operator's word that an edge is gone. */
@Command(
        name = "retire",
        header = "Say that an edge is gone for good, so that no change waits for it.",
        description = {
            "",
            "For a machine that is lost. It is your word that this edge answers nowhere any more: if it does, a revocation that"
                    + " answered effective did not hold there. An edge that only crashed is started again instead, with the"
                    + " same id and data; started again, a retired one is an edge as any other. Takes the operator's"
                    + " certificate in DIR/tls, not a key.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger edge retire edge-2", "  keyledger edge retire edge-2 --yes --json"})
final class RetireEdge extends PlatformCommand {
    @Parameters(paramLabel = "ID", description = "Its id, as in `keyledger edge list`.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Consent consent;

    @Override
    public Integer call() {
        consent.require(console(), "Is " + Text.of(id) + " gone, and does it answer nowhere any more?");
        Map<String, Object> answer;
        try (Api api = Api.operator(globals().installation())) {
            answer = api.change("POST", "/internal/edges/" + Api.encode(id) + "/retire", Json.line(Map.of()))
                    .object();
        }
        if (console().json()) {
            console().object(answer);
        } else {
            console().line("Retired " + Text.of(answer.get("edge")) + ": no change waits for it any more.");
        }
        return 0;
    }
}
