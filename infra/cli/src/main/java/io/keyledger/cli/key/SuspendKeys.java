package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Refuses keys for a while. */
@Command(
        name = "suspend",
        header = "Refuse keys until they are resumed.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger key suspend KEY-ID --reason \"unusual traffic\"")
final class SuspendKeys extends EachKey {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read the history.")
    private @Nullable String reason;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Waiting waiting;

    @Override
    int each(Api api, KeyId id) {
        Map<String, Object> answer = api.change(
                        "POST",
                        "/keys/" + id + "/suspend",
                        Json.line(reason == null ? Map.of() : Map.of("reason", reason)))
                .object();
        Confirmation confirmation = waiting.await(api, answer);
        Outcome.print(console(), "Suspended", id, confirmation);
        return confirmation.exitCode();
    }
}
