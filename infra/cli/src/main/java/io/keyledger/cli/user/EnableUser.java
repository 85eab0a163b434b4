package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Json;
import io.keyledger.events.OwnerId;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a disabled user in again. */
@Command(
        name = "enable",
        header = "Let a disabled user in again, and with them their keys.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger user enable USER-ID")
final class EnableUser extends PlatformCommand {
    @Parameters(paramLabel = "USER-ID", converter = UserId.class, description = "Whom.")
    @SuppressWarnings("NullAway.Init")
    private OwnerId id;

    @Override
    public Integer call() {
        try (Api api = api()) {
            UserView.print(
                    console(),
                    api.change("POST", "/users/" + id + "/enable", Json.line(Map.of()))
                            .object());
        }
        return 0;
    }
}
