package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.events.OwnerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives a user roles. */
@Command(
        name = "roles",
        header = "Make these, and no others, the roles of a user.",
        description = {"", "Without any role the user may sign in and do nothing.", ""},
        footerHeading = "%nExample:%n",
        footer = "  keyledger user roles USER-ID developer auditor")
final class SetRoles extends PlatformCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(index = "0", paramLabel = "USER-ID", converter = UserId.class, description = "Whose.")
    @SuppressWarnings("NullAway.Init")
    private OwnerId id;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "ROLE",
            completionCandidates = Values.Roles.class,
            converter = Values.Roles.class,
            description = "Any of ${COMPLETION-CANDIDATES}.")
    private List<String> roles = List.of();

    @Override
    public Integer call() {
        try (Api api = api()) {
            Map<String, Object> answer = api.change("PUT", "/users/" + id + "/roles", Json.line(Map.of("roles", roles)))
                    .object();
            return UserView.print(console(), Confirmation.await(api, answer, PATIENCE));
        }
    }
}
