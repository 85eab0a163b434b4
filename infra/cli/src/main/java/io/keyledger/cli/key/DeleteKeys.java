package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.Consent;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends keys and takes them out of sight. */
@Command(
        name = "delete",
        header = "Take keys out of lists for ever; their history stays.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger key delete KEY-ID --yes")
final class DeleteKeys extends EachKey {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read the history.")
    private @Nullable String reason;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Consent consent;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Waiting waiting;

    @Override
    void before(List<KeyId> keys) {
        consent.require(
                console(),
                "Delete for ever " + (keys.size() == 1 ? keys.getFirst() : "these " + keys.size() + " keys") + "?");
    }

    @Override
    int each(Api api, KeyId id) {
        Map<String, Object> answer = api.change(
                        "DELETE", "/keys/" + id, Json.line(reason == null ? Map.of() : Map.of("reason", reason)))
                .object();
        Confirmation confirmation = waiting.await(api, answer);
        Outcome.print(console(), "Deleted", id, confirmation);
        return confirmation.exitCode();
    }
}
