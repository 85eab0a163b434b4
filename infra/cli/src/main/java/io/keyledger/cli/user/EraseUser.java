package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.events.OwnerId;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets who a user is. */
@Command(
        name = "erase",
        header = "Forget who a user is, for ever, and refuse every key of theirs.",
        description = {
            "",
            "Name, login, e-mail, password and sign-ins are gone; the audit keeps the id alone and stays provable.",
            "Nobody can undo it, and it is done at once: without --yes it only says so.",
            "Waits until every edge has confirmed; exit code 4 when one has not in 10 seconds.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  keyledger user erase USER-ID --reason requested --yes")
final class EraseUser extends PlatformCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(paramLabel = "USER-ID", converter = UserId.class, description = "Whom.")
    @SuppressWarnings("NullAway.Init")
    private OwnerId id;

    @Option(
            names = "--reason",
            paramLabel = "WORD",
            defaultValue = "requested",
            completionCandidates = Values.Erasures.class,
            converter = Values.Erasures.class,
            description = "Why: ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String reason;

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Override
    public Integer call() {
        if (!yes) {
            throw usage("This cannot be undone. Say --yes to erase " + id + ".");
        }
        try (Api api = api()) {
            Map<String, Object> answer = api.change(
                            "POST", "/users/" + id + "/erase", Json.line(Map.of("reasonCode", reason)))
                    .object();
            return UserView.print(console(), Confirmation.await(api, answer, PATIENCE));
        }
    }
}
