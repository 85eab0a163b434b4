package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes what a key is called or may do. */
@Command(
        name = "update",
        header = "Change the name, description or scope of a key.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key update KEY-ID --name \"SIEM, Frankfurt\"",
            "  keyledger key update KEY-ID --scope read-only --no-description"
        })
final class UpdateKey extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Option(names = "--name", paramLabel = "NAME", description = "What to call it from now on.")
    private @Nullable String name;

    @ArgGroup
    private @Nullable Description description;

    @Option(
            names = {"-s", "--scope"},
            paramLabel = "SCOPE",
            completionCandidates = Values.Scopes.class,
            converter = Values.Scopes.class,
            description = "What it may do from now on: ${COMPLETION-CANDIDATES}.")
    private @Nullable String scope;

    /** A new one, or none. */
    static final class Description {
        @Option(
                names = {"-d", "--description"},
                paramLabel = "TEXT",
                description = "What it is for.")
        private @Nullable String text;

        @Option(names = "--no-description", description = "Take its description away.")
        private boolean none;
    }

    @Override
    public Integer call() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (name != null) {
            body.put("name", name);
        }
        if (description != null) {
            body.put("description", description.none ? null : description.text);
        }
        if (scope != null) {
            body.put("scope", scope);
        }
        if (body.isEmpty()) {
            throw usage("Nothing to change: give --name, --description, --no-description or --scope");
        }
        try (Api api = api()) {
            Answer answer = api.change("PATCH", "/keys/" + id, Json.line(body));
            if (console().json()) {
                console().line(answer.text());
            } else {
                console().table(KeyView.details(answer.object()));
            }
        }
        return 0;
    }
}
