package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a recoverable key again. */
@Command(
        name = "reveal",
        header = "Show a recoverable key again, for a reason.",
        description = {
            "",
            "Only of a key that was made with --recoverable, while the tenant has keys.recoverable on. That it was shown, to whom"
                    + " and why, is an event before it is. It takes a key of scope admin; people use the console.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  keyledger key reveal KEY-ID --reason \"the server was set up anew\" -o siem.key")
final class RevealKey extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why it has to be shown.")
    @SuppressWarnings("NullAway.Init")
    private String reason;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ShownKey shown;

    @Override
    public Integer call() {
        shown.check();
        try (Api api = api()) {
            shown.print(
                    console(),
                    api.change("POST", "/keys/" + id + "/reveal", Json.line(Map.of("reason", reason)))
                            .object(),
                    "That it was shown is in the key's history.");
        }
        return 0;
    }
}
