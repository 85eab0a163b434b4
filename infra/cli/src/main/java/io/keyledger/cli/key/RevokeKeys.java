package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.Consent;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Progress;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.KeyId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends keys for ever. */
@Command(
        name = "revoke",
        header = "End keys for ever, and wait until every edge refuses them.",
        description = {
            "",
            "Done means: no edge of the platform accepts the key any more; the answer names each edge with the milliseconds"
                    + " it took. An edge that has not confirmed after --wait is named too, and the exit code is 4.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key revoke KEY-ID --reason-code compromised --reason \"in a public repository\"",
            "  keyledger key revoke --owner usr_bob --reason-code owner-left --dry-run",
            "  keyledger key list --json --all | jq -r 'select(.lastUsedAt == null) | .keyId' | keyledger key revoke - --yes"
        })
final class RevokeKeys extends PlatformCommand {
    /** Small enough that progress moves, large enough that a thousand keys are few requests. */
    private static final int CHUNK = 50;
    /** What the platform takes in one request. */
    private static final int MOST = 1000;

    private static final int SHOWN = 20;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KeyIds ids;

    @Option(names = "--owner", paramLabel = "OWNER", description = "Instead of ids: all keys of this owner.")
    private @Nullable String owner;

    @Option(
            names = {"-s", "--scope"},
            paramLabel = "SCOPE",
            completionCandidates = Values.Scopes.class,
            converter = Values.Scopes.class,
            description = "Instead of ids: all keys of this scope (with --owner: of both).")
    private @Nullable String scope;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read the history.")
    private @Nullable String reason;

    @Option(
            names = "--reason-code",
            paramLabel = "CODE",
            completionCandidates = Values.Reasons.class,
            converter = Values.Reasons.class,
            description = "Why, for those who count: ${COMPLETION-CANDIDATES}.")
    private @Nullable String reasonCode;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Show which keys would be revoked, and revoke none.")
    private boolean dryRun;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Consent consent;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Waiting waiting;

    @Override
    public Integer call() {
        List<KeyId> chosen = ids.read();
        boolean filtered = owner != null || scope != null;
        if (chosen.isEmpty() && !filtered) {
            throw usage("Which keys? Give their ids, or --owner or --scope");
        }
        if (!chosen.isEmpty() && filtered) {
            throw usage("Give ids, or --owner and --scope, not both");
        }
        try (Api api = api()) {
            if (chosen.size() == 1 && !dryRun) {
                return revokeOne(api, chosen.getFirst());
            }
            return revokeMany(api, chosen);
        }
    }

    private int revokeOne(Api api, KeyId id) {
        if (!consent.given()) {
            Map<String, Object> key = api.get("/keys/" + id).object();
            consent.require(
                    console(),
                    "Revoke " + id + " \"" + Text.of(key.get("name")) + "\" (" + Text.of(key.get("scope")) + ", "
                            + Text.of(key.get("owner")) + ") for ever?");
        }
        Map<String, Object> answer =
                api.change("POST", "/keys/" + id + "/revoke", Json.line(why())).object();
        Confirmation confirmation = waiting.await(api, answer);
        Outcome.print(console(), "Revoked", id, confirmation);
        return confirmation.exitCode();
    }

    private int revokeMany(Api api, List<KeyId> chosen) {
        List<Map<String, Object>> found = candidates(api, chosen);
        if (found.isEmpty()) {
            console().note("No key that could be revoked.");
            return 0;
        }
        if (dryRun) {
            show(found, found.size());
            console().note(found.size() + " keys would be revoked; none was.");
            return 0;
        }
        if (!consent.given()) {
            show(found, SHOWN);
            consent.require(console(), "Revoke these " + found.size() + " keys for ever?");
        }
        List<String> ids = found.stream().map(key -> Text.of(key.get("keyId"))).toList();
        boolean effective = true;
        int revoked = 0;
        List<Confirmation> pending = new ArrayList<>();
        try (Progress progress = console().progress("revoked", ids.size())) {
            for (int from = 0; from < ids.size(); from += CHUNK) {
                List<String> chunk = ids.subList(from, Math.min(ids.size(), from + CHUNK));
                Confirmation confirmation = waiting.await(api, change(api, Map.of("keyIds", chunk), false));
                revoked += confirmation.members().get("revoked") instanceof Long n ? Math.toIntExact(n) : 0;
                effective &= confirmation.effective();
                if (!confirmation.effective()) {
                    pending.add(confirmation);
                }
                progress.step(chunk.size());
                if (console().json()) {
                    console().object(confirmation.members());
                }
            }
        }
        if (!console().json()) {
            console()
                    .line("Revoked " + revoked + " of " + ids.size() + " keys"
                            + (effective ? ": refused by every edge." : "."));
            pending.stream().limit(1).forEach(c -> console().warn(c.pending()));
        }
        if (found.size() == MOST && chosen.isEmpty()) {
            console().note("There may be more keys like these: run the same command again.");
        }
        return effective ? 0 : Failure.UNCONFIRMED;
    }

    /** What the platform would revoke: a dry run, so that what is confirmed is what is done. */
    private List<Map<String, Object>> candidates(Api api, List<KeyId> chosen) {
        if (chosen.isEmpty()) {
            Map<String, Object> filter = new LinkedHashMap<>();
            put(filter, "owner", owner);
            put(filter, "scope", scope);
            return Pages.items(change(api, Map.of("filter", filter), true));
        }
        List<Map<String, Object>> found = new ArrayList<>();
        for (int from = 0; from < chosen.size(); from += MOST) {
            List<String> part = chosen.subList(from, Math.min(chosen.size(), from + MOST)).stream()
                    .map(KeyId::value)
                    .toList();
            found.addAll(Pages.items(change(api, Map.of("keyIds", part), true)));
        }
        return found;
    }

    private Map<String, Object> change(Api api, Map<String, ?> which, boolean dry) {
        Map<String, Object> body = why();
        body.putAll(which);
        body.put("dryRun", dry);
        return api.change("POST", "/keys/revoke", Json.line(body)).object();
    }

    private Map<String, Object> why() {
        Map<String, Object> why = new LinkedHashMap<>();
        put(why, "reason", reason);
        put(why, "reasonCode", reasonCode);
        return why;
    }

    private void show(List<Map<String, Object>> keys, int most) {
        if (console().json()) {
            keys.stream().limit(most).forEach(console()::object);
            return;
        }
        Table table = Table.withHeader("KEY ID", "NAME", "STATUS", "OWNER", "LAST USED");
        keys.stream()
                .limit(most)
                .forEach(key -> table.row(
                        Text.of(key.get("keyId")),
                        Text.of(key.get("name")),
                        Text.of(key.get("status")),
                        Text.of(key.get("owner")),
                        Text.time(key.get("lastUsedAt"), Text.NONE)));
        console().table(table);
        if (keys.size() > most) {
            console().line("... and " + (keys.size() - most) + " more");
        }
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
