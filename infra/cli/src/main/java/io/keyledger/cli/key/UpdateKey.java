package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.events.KeyId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes what a key is called or may do. */
@Command(
        name = "update",
        header = "Change what a key is called and what it may be used for.",
        description = {
            "",
            "Of its usage policy, what is given replaces what there was of the same sort and the rest stays; --policy replaces all"
                    + " of it.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key update KEY-ID --name \"SIEM, Frankfurt\"",
            "  keyledger key update KEY-ID --scope read-only --no-description",
            "  keyledger key update KEY-ID --rate 100/10s --without hours",
            "  keyledger key show KEY-ID --json | keyledger key update OTHER-ID --policy -"
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

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PolicyOptions policy;

    @Option(
            names = "--without",
            paramLabel = "PART",
            completionCandidates = PolicyOptions.Members.class,
            converter = PolicyOptions.Members.class,
            description = "Take this part of its policy away: ${COMPLETION-CANDIDATES}.")
    private List<String> without = List.of();

    @Option(names = "--no-policy", description = "Take all of its policy away.")
    private boolean noPolicy;

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
        String clash = noPolicy && (policy.given() || !without.isEmpty())
                ? "--no-policy leaves nothing that could be said of it"
                : policy.clash();
        if (clash != null) {
            throw usage(clash);
        }
        boolean changesPolicy = noPolicy || policy.given() || !without.isEmpty();
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
        if (body.isEmpty() && !changesPolicy) {
            throw usage(
                    "Nothing to change: give --name, --description, --no-description, --scope, or a part of its policy such"
                            + " as --rate");
        }
        try (Api api = api()) {
            if (changesPolicy) {
                Map<String, Object> wanted = noPolicy
                        ? Map.of()
                        : policy.policy(() -> PolicyOptions.members(
                                api.get("/keys/" + id).object().get("policy")));
                without.forEach(wanted::remove);
                body.put("policy", wanted.isEmpty() ? null : wanted);
            }
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
