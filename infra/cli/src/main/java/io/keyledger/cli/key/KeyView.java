package io.keyledger.cli.key;

import io.keyledger.cli.client.Pages;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.policy.PolicyWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A key as a row of a list, and alone with all that is known of it. */
final class KeyView {
    /** What {@link #details} puts first, in this order; what else the platform says follows. */
    private static final List<String> ORDER = List.of(
            "keyId",
            "name",
            "description",
            "kind",
            "scope",
            "owner",
            "status",
            "createdAt",
            "createdBy",
            "updatedAt",
            "expiresAt",
            "rotationDueAt",
            "rotationOverdue",
            "lastUsedAt",
            "lastUsedIp",
            "requestCount");

    /** For programs. */
    private static final List<String> LEFT_OUT = List.of("usable", "position", "restrictedBy");

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private KeyView() {}

    static Table list() {
        return Table.withHeader("KEY ID", "NAME", "SCOPE", "STATUS", "OWNER", "EXPIRES", "LAST USED", "USES");
    }

    static void addTo(Table list, Map<String, Object> key) {
        list.row(
                Text.of(key.get("keyId")),
                Text.of(key.get("name")),
                Text.of(key.get("scope")),
                Text.of(key.get("status")),
                Text.of(key.get("owner")),
                Text.time(key.get("expiresAt"), "never"),
                Text.time(key.get("lastUsedAt"), "never"),
                Text.of(key.getOrDefault("requestCount", Text.NONE)));
    }

    static Table details(Map<String, Object> key) {
        Table table = Table.ofPairs();
        List<String> names = new ArrayList<>(ORDER);
        key.keySet().stream()
                .filter(name -> !names.contains(name) && !LEFT_OUT.contains(name))
                .forEach(names::add);
        for (String name : names) {
            Object value = key.get(name);
            if (name.equals("credentials")) {
                credentials(table, key);
            } else if (name.equals("policy")) {
                policy(table, key);
            } else if (value != null) {
                table.row(label(name), name.endsWith("At") ? Text.time(value, "never") : Text.of(value));
            } else if (name.equals("expiresAt") || name.equals("lastUsedAt") && key.containsKey("requestCount")) {
                table.row(label(name), "never");
            }
        }
        return table;
    }

    /** In words; one that this version cannot read as it came. */
    static void policy(Table table, Map<String, Object> key) {
        if (key.get("policy") == null) {
            return;
        }
        try {
            UsagePolicy policy = RecordJson.fromMap(UsagePolicy.class, PolicyOptions.members(key.get("policy")));
            for (PolicyWords.Sentence sentence : PolicyWords.of(policy)) {
                table.row(sentence.label(), Text.of(sentence.text()));
            }
        } catch (IllegalArgumentException e) {
            table.row("Policy", Text.of(key.get("policy")));
        }
    }

    private static void credentials(Table table, Map<String, Object> key) {
        for (Map<String, Object> credential : Pages.objects(key, "credentials")) {
            Object until = credential.get("validUntil");
            table.row(
                    "Credential",
                    Text.of(credential.get("credentialId"))
                            + (until == null ? "" : ", accepted until " + Text.time(until, Text.NONE)));
        }
    }

    /** {@code lastUsedAt} as {@code Last used at}. */
    private static String label(String name) {
        if (name.equals("keyId")) {
            return "Key id";
        }
        String words = HUMP.matcher(name).replaceAll(" ").toLowerCase(Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
