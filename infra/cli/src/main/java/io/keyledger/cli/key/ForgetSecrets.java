package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Consent;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Destroys the kept secrets of recoverable keys. */
@Command(
        name = "forget",
        header = "Destroy the kept secrets of recoverable keys; the keys work as before.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key forget KEY-ID --yes",
            "  keyledger key list --json --all | jq -r 'select(.recoverable) | .keyId' | keyledger key forget - --yes"
        })
final class ForgetSecrets extends EachKey {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read the history.")
    private @Nullable String reason;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Consent consent;

    @Override
    void before(List<KeyId> keys) {
        consent.require(
                console(),
                "Destroy for ever what is kept of "
                        + (keys.size() == 1 ? keys.getFirst() : "these " + keys.size() + " keys") + "?");
    }

    @Override
    int each(Api api, KeyId id) {
        Map<String, Object> answer = api.change(
                        "POST",
                        "/keys/" + id + "/forget",
                        Json.line(reason == null ? Map.of() : Map.of("reason", reason)))
                .object();
        if (console().json()) {
            console().object(answer);
        } else {
            console().line("Forgotten: " + id + " cannot be shown again.");
        }
        return 0;
    }
}
