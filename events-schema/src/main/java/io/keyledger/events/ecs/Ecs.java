package io.keyledger.events.ecs;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An event as a document of the Elastic Common Schema 9.4. What ECS has no field for stands under {@code keyledger}. The
 * exact bytes stand in {@code event.original}, their chain hash in {@code event.hash}.
 *
 * <p>Types that this version does not know get a document too: everything but category and type is read from the envelope.
 * Stateless; safe from any thread.
 */
public final class Ecs {
    /** The version of the schema, as in {@code ecs.version}. */
    public static final String VERSION = "9.4.0";

    private static final String TYPE_PREFIX = "io.keyledger.";
    private static final String TYPE_SUFFIX = ".v1";

    private Ecs() {}

    /**
     * The document of one event, ready for {@link io.keyledger.events.CanonicalJson}.
     *
     * @throws IllegalArgumentException when the bytes are not an event of ours
     */
    public static Map<String, Object> document(byte[] eventBytes) {
        Map<String, Object> envelope = JsonReader.object(eventBytes);
        Map<?, ?> data = envelope.get("data") instanceof Map<?, ?> map ? map : Map.of();
        String action = shortName(required(envelope, "type"));
        Kind kind = Kind.of(EventType.ofWire(required(envelope, "type")));

        Map<String, Object> document = new LinkedHashMap<>();
        document.put("@timestamp", required(envelope, "time"));
        document.put("ecs", Map.of("version", VERSION));
        document.put("message", message(action, data));
        document.put("event", event(envelope, data, action, kind, eventBytes));
        document.put("organization", Map.of("id", required(envelope, "tenantid")));
        put(document, "user", user(envelope, data));
        put(document, "source", source(data));
        put(document, "http", http(data));
        put(document, "url", members("path", text(data, "path")));
        put(document, "user_agent", members("original", text(data, "userAgent")));
        put(document, "observer", observer(data));
        put(document, "related", related(envelope, data));
        document.put("keyledger", own(envelope, data));
        return document;
    }

    /** The type's name in queries: {@code key.revoked} for {@code io.keyledger.key.revoked.v1}. */
    public static String shortName(String type) {
        return type.startsWith(TYPE_PREFIX) && type.endsWith(TYPE_SUFFIX)
                ? type.substring(TYPE_PREFIX.length(), type.length() - TYPE_SUFFIX.length())
                : type;
    }

    /** ECS's categorisation of one type of event. */
    private record Kind(
            List<String> category,
            List<String> type,
            @Nullable String outcome) {
        /** @param type null for one that is not known */
        static Kind of(@Nullable EventType type) {
            return switch (type) {
                case null -> new Kind(List.of(), List.of("info"), null);
                case KEY_CREATED -> new Kind(List.of("iam"), List.of("creation"), "success");
                case KEY_UPDATED, KEY_ROTATED, KEY_SUSPENDED, KEY_RESUMED, KEY_SECRET_FORGOTTEN ->
                    new Kind(List.of("iam"), List.of("change"), "success");
                case KEY_REVEALED -> new Kind(List.of("iam"), List.of("admin", "info"), "success");
                case KEY_REVOKED, KEY_EXPIRED, KEY_CREDENTIAL_EXPIRED, KEY_DELETED ->
                    new Kind(List.of("iam"), List.of("deletion"), "success");
                case REVOCATION_CONFIRMED -> new Kind(List.of("iam"), List.of("info"), "success");
                case USER_CREATED -> new Kind(List.of("iam"), List.of("user", "creation"), "success");
                case USER_UPDATED, USER_DISABLED, USER_ENABLED, USER_ACCESS_ENDED, USER_ACCESS_EXTENDED ->
                    new Kind(List.of("iam"), List.of("user", "change"), "success");
                case USER_ERASED -> new Kind(List.of("iam"), List.of("user", "deletion"), "success");
                case ROLE_GRANTED, ROLE_WITHDRAWN -> new Kind(List.of("iam"), List.of("admin", "change"), "success");
                case AUTH_LOGIN -> new Kind(List.of("authentication", "session"), List.of("start"), "success");
                case AUTH_LOGOUT -> new Kind(List.of("authentication", "session"), List.of("end"), "success");
                case SETTINGS_CHANGED -> new Kind(List.of("configuration"), List.of("change"), "success");
                case AUDIT_USAGE_BATCH_SEALED -> new Kind(List.of("configuration"), List.of("info"), "success");
                case TENANT_CREATED -> new Kind(List.of("iam"), List.of("admin", "creation"), "success");
                case KEY_USED ->
                    new Kind(List.of("api", "authentication"), List.of("access", "allowed", "start"), "success");
                case AUTH_FAILED ->
                    new Kind(List.of("api", "authentication"), List.of("access", "denied", "start"), "failure");
                case EDGE_STARTED -> new Kind(List.of("process"), List.of("start"), "success");
                case EDGE_STOPPED -> new Kind(List.of("process"), List.of("end"), "success");
            };
        }
    }

    private static Map<String, Object> event(
            Map<String, Object> envelope, Map<?, ?> data, String action, Kind kind, byte[] bytes) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("id", required(envelope, "id"));
        event.put("kind", "event");
        event.put("category", kind.category());
        event.put("type", kind.type());
        event.put("action", action);
        put(event, "outcome", kind.outcome());
        event.put("provider", "keyledger");
        event.put("module", "keyledger");
        event.put("dataset", "keyledger.audit");
        event.put("sequence", Long.parseLong(required(envelope, "sequence")));
        event.put("created", required(envelope, "recordedtime"));
        put(event, "start", text(data, "firstTime"));
        put(event, "end", text(data, "lastTime"));
        put(event, "reason", text(data, "reason"));
        event.put("hash", CloudEvent.hash(bytes));
        event.put("original", new String(bytes, StandardCharsets.UTF_8));
        return event;
    }

    /** One line for a person: the action, on what, by which reason. */
    public static String message(String action, Map<?, ?> data) {
        StringBuilder line = new StringBuilder(action);
        String name = text(data, "keyName");
        if (name != null) {
            line.append(' ').append('"').append(name).append('"');
        }
        String keyId = text(data, "keyId");
        if (keyId != null) {
            line.append(' ').append(keyId);
        }
        String reason = text(data, "reason");
        if (reason != null) {
            line.append(": ").append(reason);
        }
        return line.toString();
    }

    /** The person who acted, and under {@code target} the one whom it was about. */
    private static @Nullable Map<String, Object> user(Map<String, Object> envelope, Map<?, ?> data) {
        Map<String, Object> user = new LinkedHashMap<>();
        if ("user".equals(envelope.get("authtype"))) {
            put(user, "id", text(envelope, "authid"));
        }
        put(user, "target", members("id", text(data, "userId")));
        return user.isEmpty() ? null : user;
    }

    private static @Nullable Map<String, Object> source(Map<?, ?> data) {
        String ip = text(data, "ip");
        return ip == null ? null : members("address", ip, "ip", isIp(ip) ? ip : null);
    }

    /** Whether it is a literal address; never asks a name server. */
    private static boolean isIp(String text) {
        try {
            return InetAddress.ofLiteral(text).getHostAddress() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable Map<String, Object> http(Map<?, ?> data) {
        // How a person has signed in is a method too, but none of HTTP.
        String method = text(data, "userId") == null ? text(data, "method") : null;
        Map<String, Object> request = members("method", method, "id", text(data, "requestId"));
        return request == null ? null : Map.of("request", request);
    }

    private static @Nullable Map<String, Object> observer(Map<?, ?> data) {
        String edge = text(data, "edge");
        return edge == null ? null : members("name", edge, "vendor", "Keyledger", "type", "api-key-edge");
    }

    private static @Nullable Map<String, Object> related(Map<String, Object> envelope, Map<?, ?> data) {
        TreeSet<String> users = new TreeSet<>();
        if ("user".equals(envelope.get("authtype"))) {
            add(users, text(envelope, "authid"));
        }
        add(users, text(data, "owner"));
        add(users, text(data, "userId"));
        String ip = text(data, "ip");
        Map<String, Object> related = new LinkedHashMap<>();
        if (ip != null && isIp(ip)) {
            related.put("ip", List.of(ip));
        }
        if (!users.isEmpty()) {
            related.put("user", List.copyOf(users));
        }
        return related.isEmpty() ? null : related;
    }

    private static Map<String, Object> own(Map<String, Object> envelope, Map<?, ?> data) {
        Map<String, Object> own = new LinkedHashMap<>();
        put(own, "actor", members("type", text(envelope, "authtype"), "id", text(envelope, "authid")));
        own.put("chain", Map.of("source", required(envelope, "source"), "prevhash", required(envelope, "prevhash")));
        put(own, "subject", text(envelope, "subject"));
        put(
                own,
                "key",
                members(
                        "id",
                        text(data, "keyId"),
                        "name",
                        text(data, "keyName"),
                        "description",
                        text(data, "description"),
                        "kind",
                        text(data, "kind"),
                        "scope",
                        text(data, "scope"),
                        "owner",
                        text(data, "owner"),
                        "expires",
                        text(data, "expiresAt")));
        List<String> credentials = credentials(data);
        if (!credentials.isEmpty()) {
            own.put("credential", Map.of("id", credentials));
        }
        put(own, "permission", text(data, "permission"));
        put(own, "presented", text(data, "presented"));
        put(own, "reason_code", text(data, "reasonCode"));
        put(own, "boot", text(data, "boot"));
        put(own, "cause", text(data, "cause"));
        if (data.get("count") instanceof Long count) {
            own.put("count", count);
        }
        put(own, "settings", settings(data));
        put(own, "person", person(data));
        return own;
    }

    private static List<String> credentials(Map<?, ?> data) {
        TreeSet<String> ids = new TreeSet<>();
        add(ids, text(data, "credentialId"));
        add(ids, text(data, "replaces"));
        if (data.get("credentialIds") instanceof List<?> list) {
            list.forEach(id -> add(ids, id instanceof String s ? s : null));
        }
        return List.copyOf(ids);
    }

    /** The changes as lines {@code name: from -> to}, for people who search. */
    private static @Nullable List<String> settings(Map<?, ?> data) {
        if (!(data.get("changes") instanceof List<?> changes)) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (Object change : changes) {
            if (change instanceof Map<?, ?> members) {
                lines.add(text(members, "name") + ": " + orUnset(text(members, "from")) + " -> "
                        + orUnset(text(members, "to")));
            }
        }
        return lines;
    }

    /** What an event about a person says of them, which is never a name or an address. */
    private static @Nullable Map<String, Object> person(Map<?, ?> data) {
        String id = text(data, "userId");
        if (id == null) {
            return null;
        }
        Map<String, Object> person = new LinkedHashMap<>();
        person.put("id", id);
        put(person, "role", text(data, "role"));
        put(person, "origin", text(data, "origin"));
        put(person, "method", text(data, "method"));
        put(person, "access_ends", text(data, "accessEndsAt"));
        if (data.get("roles") instanceof List<?> roles) {
            person.put("roles", roles.stream().map(String::valueOf).toList());
        }
        if (data.get("changed") instanceof List<?> changed) {
            person.put("changed", changed.stream().map(String::valueOf).toList());
        }
        return person;
    }

    private static String orUnset(@Nullable String value) {
        return value == null ? "(not set)" : value;
    }

    /** The members that have a value; null when none has. */
    private static @Nullable Map<String, Object> members(@Nullable String... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = namesAndValues[i];
            if (name != null) {
                put(members, name, namesAndValues[i + 1]);
            }
        }
        return members.isEmpty() ? null : members;
    }

    private static void put(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    private static void add(Set<String> set, @Nullable String value) {
        if (value != null) {
            set.add(value);
        }
    }

    private static @Nullable String text(Map<?, ?> map, String name) {
        return map.get(name) instanceof String s ? s : null;
    }

    private static String required(Map<String, Object> envelope, String name) {
        if (envelope.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }
}
