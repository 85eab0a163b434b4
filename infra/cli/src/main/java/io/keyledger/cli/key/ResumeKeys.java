package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a suspension. */
@Command(
        name = "resume",
        header = "Accept suspended keys again.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger key resume KEY-ID")
final class ResumeKeys extends EachKey {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read the history.")
    private @Nullable String reason;

    @Override
    int each(Api api, KeyId id) {
        Map<String, Object> answer = api.change(
                        "POST",
                        "/keys/" + id + "/resume",
                        Json.line(reason == null ? Map.of() : Map.of("reason", reason)))
                .object();
        if (console().json()) {
            console().object(answer);
        } else {
            console().line("Resumed " + id);
        }
        return 0;
    }
}
