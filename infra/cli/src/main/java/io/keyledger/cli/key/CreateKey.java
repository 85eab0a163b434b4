package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key. */
@Command(
        name = "create",
        header = "Make a key and show it, once.",
        description = {
            "",
            "The key goes to standard output (or, with --output, into a file) and is not shown again, unless it is recoverable. Everything else"
                    + " about it can, with `keyledger key show`.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key create \"SIEM Integration\" --scope read-only",
            "  keyledger key create shop --scope read-write --route 'GET /orders/**' --address 192.0.2.0/24 --rate 100/10s",
            "  keyledger key create deploy --scope read-write --expires-in 30d --owner svc_ci -o deploy.key",
            "  keyledger key create nightly --scope read-only --json | jq -r .key | vault kv put secret/nightly key=-"
        })
final class CreateKey extends PlatformCommand {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Name name;

    @Option(
            names = {"-s", "--scope"},
            paramLabel = "SCOPE",
            required = true,
            completionCandidates = Values.KeyScopes.class,
            converter = Values.KeyScopes.class,
            description = "What the key may do: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private String scope;

    @Option(
            names = {"-d", "--description"},
            paramLabel = "TEXT",
            description = "What it is for.")
    private @Nullable String description;

    @Option(
            names = "--owner",
            paramLabel = "OWNER",
            description = "Who answers for it, such as usr_alice or svc_ci (default: you).")
    private @Nullable String owner;

    @ArgGroup
    private @Nullable Expiry expiry;

    @Option(
            names = "--recoverable",
            description =
                    "Keep its secret, encrypted, so that `keyledger key reveal` can show it again; only where the tenant has"
                            + " keys.recoverable on, and not to be chosen later.")
    private boolean recoverable;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PolicyOptions policy;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ShownKey shown;

    @Option(
            names = "--idempotency-key",
            paramLabel = "TEXT",
            description =
                    "Makes a repeated call safe: the same text never makes a second key (default: a new one each call).")
    private @Nullable String idempotencyKey;

    /** The name, as a plain word or as an option. */
    static final class Name {
        @Parameters(paramLabel = "NAME", index = "0", description = "What to call it.")
        private @Nullable String plain;

        @Option(names = "--name", paramLabel = "NAME", description = "The same, as an option.")
        private @Nullable String option;

        @Nullable
        String value() {
            return plain == null ? option : plain;
        }
    }

    /** At most one of the two. */
    static final class Expiry {
        @Option(
                names = "--expires-in",
                paramLabel = "TIME",
                converter = Values.Span.class,
                description = "How long it lives: 90d, 12h, or ISO 8601 such as P90D (default: the tenant's policy).")
        private @Nullable String in;

        @Option(
                names = "--expires-at",
                paramLabel = "INSTANT",
                description = "When it ends, such as 2027-01-31T00:00:00Z.")
        private @Nullable String at;
    }

    @Override
    public Integer call() {
        String clash = policy.clash();
        if (clash != null) {
            throw usage(clash);
        }
        shown.check();
        Map<String, Object> body = new LinkedHashMap<>();
        put(body, "name", name.value());
        put(body, "description", description);
        put(body, "scope", scope);
        put(body, "owner", owner);
        if (expiry != null) {
            put(body, "expiresIn", expiry.in);
            put(body, "expiresAt", expiry.at);
        }
        if (recoverable) {
            body.put("recoverable", true);
        }
        Map<String, Object> restricted = policy.given() ? policy.policy(Map::of) : Map.of();
        if (!restricted.isEmpty()) {
            body.put("policy", restricted);
        }
        String once = idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey;
        try (Api api = api()) {
            shown.print(
                    console(),
                    api.change("POST", "/keys", Json.line(body), once).object(),
                    recoverable
                            ? "Store the key now; `keyledger key reveal` shows it again, for a reason."
                            : ShownKey.ONCE);
        }
        return 0;
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
