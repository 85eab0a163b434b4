package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Json;
import io.keyledger.events.OwnerId;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shuts a user out. */
@Command(
        name = "disable",
        header = "Shut a user out, with every key of theirs, at every edge.",
        description = {"", "Waits until every edge has confirmed; exit code 4 when one has not in 10 seconds.", ""},
        footerHeading = "%nExample:%n",
        footer = "  keyledger user disable USER-ID --reason \"left the company\"")
final class DisableUser extends PlatformCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(paramLabel = "USER-ID", converter = UserId.class, description = "Whom.")
    @SuppressWarnings("NullAway.Init")
    private OwnerId id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read the history.")
    private @Nullable String reason;

    @Override
    public Integer call() {
        try (Api api = api()) {
            Map<String, Object> answer = api.change(
                            "POST",
                            "/users/" + id + "/disable",
                            Json.line(reason == null ? Map.of() : Map.of("reason", reason)))
                    .object();
            return UserView.print(console(), Confirmation.await(api, answer, PATIENCE));
        }
    }
}
