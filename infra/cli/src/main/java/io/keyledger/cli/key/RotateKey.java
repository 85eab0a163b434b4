package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a key a new secret. */
@Command(
        name = "rotate",
        header = "Give a key a new secret; the old one stays good for a while.",
        description = {
            "",
            "The new key goes to standard output (or, with --output, into a file) and is not shown again, unless the key is recoverable. Until the"
                    + " grace period ends both the old and the new one are accepted.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger key rotate KEY-ID --grace 7d", "  keyledger key rotate KEY-ID --grace 0s -o siem.key"})
final class RotateKey extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Option(
            names = {"-g", "--grace"},
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Values.Span.class,
            description = "How long the old secret stays good: 7d, 1h, 0s (default: 1h).")
    @SuppressWarnings("NullAway.Init")
    private String grace;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ShownKey shown;

    @Option(
            names = "--idempotency-key",
            paramLabel = "TEXT",
            description =
                    "Makes a repeated call safe: the same text never rotates twice (default: a new one each call).")
    private @Nullable String idempotencyKey;

    @Override
    public Integer call() {
        shown.check();
        String once = idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey;
        try (Api api = api()) {
            shown.print(
                    console(),
                    api.change("POST", "/keys/" + id + "/rotate", Json.line(Map.of("gracePeriod", grace)), once)
                            .object());
        }
        return 0;
    }
}
