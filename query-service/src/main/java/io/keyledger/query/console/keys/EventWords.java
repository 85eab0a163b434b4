package io.keyledger.query.console.keys;

import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.policy.PolicyWords;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What happened, in words for people. Pure. */
public final class EventWords {
    private static final String PREFIX = "io.keyledger.";
    private static final String SUFFIX = ".v1";

    private EventWords() {}

    /** {@code key.revoked} for {@code io.keyledger.key.revoked.v1}. */
    public static String shortName(String type) {
        return type.startsWith(PREFIX) && type.endsWith(SUFFIX)
                ? type.substring(PREFIX.length(), type.length() - SUFFIX.length())
                : type;
    }

    /** Such as “Rotated; the old credential is good until …”. A type that is not known keeps its own name. */
    public static String of(String type, Map<?, ?> data) {
        return switch (type) {
            case "key.created" -> data.get("policy") == null ? "Created" : "Created, usable so: " + policy(data);
            case "key.updated" ->
                data.get("changed") instanceof List<?> list && !list.isEmpty()
                        ? "Changed: "
                                + String.join(
                                        ", ",
                                        list.stream()
                                                .map(name -> changed(name.toString(), data))
                                                .toList())
                        : "Changed";
            case "key.rotated" -> "Rotated";
            case "key.credential-expired" -> "The old credential's grace ended";
            case "key.revoked" -> "Revoked" + code(data.get("reasonCode"));
            case "key.expired" -> "Expired";
            case "key.suspended" -> "Suspended";
            case "key.resumed" -> "Resumed";
            case "key.deleted" -> "Deleted";
            case "key.revealed" -> "Shown again";
            case "key.secret-forgotten" -> "The kept secret was destroyed";
            case "revocation.confirmed" -> "Confirmed by " + edges(data.get("edges"));
            case "key.used" -> "Used";
            case "auth.failed" ->
                data.get("reason") == null
                        ? "Refused"
                        : "Refused: " + lower(RefusalWords.of(data.get("reason").toString()));
            case "auth.login" -> "Signed in";
            case "auth.logout" -> "Signed out";
            case "settings.changed" -> "Settings changed: " + names(data.get("changes"));
            case "audit.usage-batch-sealed" -> "Uses sealed into the ledger";
            case "tenant.created" -> "Tenant made";
            case "user.created" -> "Account made";
            case "user.updated" -> "Account changed";
            case "user.erased" -> "Person erased";
            case "user.disabled" -> "Account disabled";
            case "user.enabled" -> "Account enabled";
            case "user.access-extended" -> "Access ends at another time";
            case "user.access-ended" -> "Access ended by its date";
            case "role.granted" -> "Role given: " + data.get("role");
            case "role.withdrawn" -> "Role taken: " + data.get("role");
            case "edge.started" -> "Edge started";
            case "edge.stopped" -> "Edge stopped";
            default -> type;
        };
    }

    private static String changed(String member, Map<?, ?> data) {
        return switch (member) {
            case "keyName" -> "name";
            case "policy" ->
                data.get("policy") == null
                        ? "its usage policy is taken away"
                        : "what it may be used for: " + policy(data);
            default -> member;
        };
    }

    /** The policy of an event; one that this version cannot read is not told. */
    private static String policy(Map<?, ?> data) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (data.get("policy") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> members.put(Objects.toString(name), value));
        }
        try {
            return lower(PolicyWords.line(RecordJson.fromMap(UsagePolicy.class, members)));
        } catch (IllegalArgumentException e) {
            return "see the event";
        }
    }

    private static String lower(String sentence) {
        return sentence.isEmpty() ? sentence : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static String code(@Nullable Object code) {
        return code == null || code.toString().equals("unspecified") ? "" : " (" + code + ")";
    }

    private static String names(@Nullable Object changes) {
        return changes instanceof List<?> list
                ? String.join(
                        ", ",
                        list.stream()
                                .map(change -> change instanceof Map<?, ?> m ? String.valueOf(m.get("name")) : "?")
                                .toList())
                : "?";
    }

    private static String edges(@Nullable Object edges) {
        if (!(edges instanceof List<?> list) || list.isEmpty()) {
            return "every edge";
        }
        return String.join(
                ", ",
                list.stream()
                        .map(e -> e instanceof Map<?, ?> m ? m.get("edge") + " (" + m.get("millis") + " ms)" : "?")
                        .toList());
    }
}
