package io.keyledger.events.siem;

import io.keyledger.events.ActivityEvent;
import io.keyledger.events.AuditEvent;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.SettingsEvent;
import io.keyledger.events.TenantEvent;
import io.keyledger.events.UserEvent;
import io.keyledger.events.ecs.Ecs;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event in the Open Cybersecurity Schema Framework, version 1.8.0. What happens to keys, people, tenants, settings and
 * edges is <i>Entity Management</i> (3004), an accepted request <i>API Activity</i> (6003), a refused one and the coming and
 * going of a person <i>Authentication</i> (3002). What is of a type not known yet is a <i>Base Event</i> (0). The event's
 * exact bytes stand in {@code raw_data}; what OCSF has no attribute for stands under {@code unmapped}.
 *
 * <p>Stateless; safe from any thread.
 */
public final class Ocsf {
    /** The version of the schema, as in {@code metadata.version}. */
    public static final String VERSION = "1.8.0";

    private static final String NAME = "Keyledger";
    private static final String LOG = "keyledger.audit";
    /** {@code http_request.http_method} is a list; what is not on it stands under {@code unmapped}. */
    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    private static final HexFormat HEX = HexFormat.of();

    private static final OcsfClass BASE = new OcsfClass(0, "Base Event", 0, "Uncategorized");
    private static final OcsfClass AUTHENTICATION =
            new OcsfClass(3002, "Authentication", 3, "Identity & Access Management");
    private static final OcsfClass ENTITY = new OcsfClass(3004, "Entity Management", 3, "Identity & Access Management");
    private static final OcsfClass API = new OcsfClass(6003, "API Activity", 6, "Application Activity");

    private static final Activity UNKNOWN = new Activity(0, "Unknown");
    private static final Activity CREATE = new Activity(1, "Create");
    private static final Activity READ = new Activity(2, "Read");
    private static final Activity UPDATE = new Activity(3, "Update");
    private static final Activity DELETE = new Activity(4, "Delete");
    private static final Activity ENABLE = new Activity(8, "Enable");
    private static final Activity DISABLE = new Activity(9, "Disable");
    private static final Activity ACTIVATE = new Activity(10, "Activate");
    private static final Activity DEACTIVATE = new Activity(11, "Deactivate");
    private static final Activity SUSPEND = new Activity(12, "Suspend");
    private static final Activity RESUME = new Activity(13, "Resume");
    private static final Activity LOGON = new Activity(1, "Logon");
    private static final Activity LOGOFF = new Activity(2, "Logoff");

    private Ocsf() {}

    private record OcsfClass(int uid, String name, int category, String categoryName) {}

    private record Activity(int id, String name) {}

    /** Class and activity of one type of event. */
    private record Kind(OcsfClass in, Activity activity) {
        static Kind of(Event event) {
            return switch (event) {
                case KeyEvent.KeyCreated _ -> new Kind(ENTITY, CREATE);
                case KeyEvent.KeyUpdated _ -> new Kind(ENTITY, UPDATE);
                case KeyEvent.KeyRotated _ -> new Kind(ENTITY, UPDATE);
                case KeyEvent.KeyCredentialExpired _ -> new Kind(ENTITY, UPDATE);
                case KeyEvent.KeyRevoked _ -> new Kind(ENTITY, DISABLE);
                case KeyEvent.KeyExpired _ -> new Kind(ENTITY, DISABLE);
                case KeyEvent.KeySuspended _ -> new Kind(ENTITY, SUSPEND);
                case KeyEvent.KeyResumed _ -> new Kind(ENTITY, RESUME);
                case KeyEvent.KeyRevealed _ -> new Kind(ENTITY, READ);
                case KeyEvent.KeySecretForgotten _ -> new Kind(ENTITY, UPDATE);
                case KeyEvent.KeyDeleted _ -> new Kind(ENTITY, DELETE);
                case KeyEvent.RevocationConfirmed _ -> new Kind(ENTITY, DEACTIVATE);
                case UserEvent.UserCreated _ -> new Kind(ENTITY, CREATE);
                case UserEvent.UserUpdated _ -> new Kind(ENTITY, UPDATE);
                case UserEvent.UserDisabled _ -> new Kind(ENTITY, DISABLE);
                case UserEvent.UserEnabled _ -> new Kind(ENTITY, ENABLE);
                case UserEvent.UserAccessEnded _ -> new Kind(ENTITY, DISABLE);
                case UserEvent.UserAccessExtended _ -> new Kind(ENTITY, UPDATE);
                case UserEvent.UserErased _ -> new Kind(ENTITY, DELETE);
                case UserEvent.RoleGranted _ -> new Kind(ENTITY, UPDATE);
                case UserEvent.RoleWithdrawn _ -> new Kind(ENTITY, UPDATE);
                case UserEvent.SignedIn _ -> new Kind(AUTHENTICATION, LOGON);
                case UserEvent.SignedOut _ -> new Kind(AUTHENTICATION, LOGOFF);
                case SettingsEvent.SettingsChanged _ -> new Kind(ENTITY, UPDATE);
                case TenantEvent.TenantCreated _ -> new Kind(ENTITY, CREATE);
                case AuditEvent.UsageBatchSealed _ -> new Kind(ENTITY, CREATE);
                case ActivityEvent.KeyUsed e -> new Kind(API, ofMethod(e.method()));
                case ActivityEvent.AuthFailed _ -> new Kind(AUTHENTICATION, LOGON);
                case ActivityEvent.EdgeStarted _ -> new Kind(ENTITY, ACTIVATE);
                case ActivityEvent.EdgeStopped _ -> new Kind(ENTITY, DEACTIVATE);
            };
        }

        private static Activity ofMethod(@Nullable String method) {
            return switch (method) {
                case null -> UNKNOWN;
                case "GET", "HEAD", "OPTIONS" -> READ;
                case "POST" -> CREATE;
                case "PUT", "PATCH" -> UPDATE;
                case "DELETE" -> DELETE;
                default -> new Activity(99, method);
            };
        }
    }

    /**
     * The OCSF event of one event, ready for {@link io.keyledger.events.CanonicalJson}.
     *
     * @throws IllegalArgumentException when the bytes are not an event of ours
     */
    public static Map<String, Object> event(byte[] eventBytes) {
        Map<String, Object> envelope = JsonReader.object(eventBytes);
        CloudEvent event = CloudEvent.read(eventBytes);
        if (event == null) {
            return unknown(envelope, eventBytes);
        }
        Kind kind = Kind.of(event.data());
        Map<String, Object> out = classified(kind.in, kind.activity, Severity.of(event.data()), envelope, eventBytes);
        boolean failed = event.data() instanceof ActivityEvent.AuthFailed;
        out.put("status_id", failed ? 2 : 1);
        out.put("status", failed ? "Failure" : "Success");
        out.put("actor", Map.of("user", actor(event)));
        detail(event, envelope, out);
        return out;
    }

    private static void detail(CloudEvent event, Map<String, Object> envelope, Map<String, Object> out) {
        switch (event.data()) {
            case KeyEvent e -> entity(out, 99, "API Key", e.keyId().value(), e.keyName(), envelope);
            case UserEvent.SignedIn e -> {
                out.put("user", person(e.userId().value()));
                out.put("service", Map.of("name", "Keyledger console"));
                boolean provider = e.method().equals("oidc");
                out.put("auth_protocol_id", provider ? 4 : 99);
                out.put("auth_protocol", provider ? "OpenID" : e.method());
                endpoint(out, e.ip(), false);
                put(out, "http_request", members("user_agent", e.userAgent()));
            }
            case UserEvent.SignedOut e -> {
                out.put("user", person(e.userId().value()));
                out.put("service", Map.of("name", "Keyledger console"));
            }
            case UserEvent e -> {
                Map<String, Object> entity = entity(out, 2, "User", e.userId().value(), null, envelope);
                entity.put("user", person(e.userId().value()));
            }
            case SettingsEvent.SettingsChanged e ->
                entity(out, 5, "Policy", event.tenant().value() + "/" + e.area(), e.area(), envelope);
            case TenantEvent.TenantCreated e -> {
                Map<String, Object> entity =
                        entity(out, 4, "Organization", e.tenant().value(), e.tenantName(), envelope);
                put(entity, "org", members("uid", e.tenant().value(), "name", e.tenantName()));
            }
            case AuditEvent.UsageBatchSealed e ->
                entity(out, 99, "Usage Batch", e.topic() + "-" + e.partition() + "@" + e.firstOffset(), null, envelope);
            case ActivityEvent.EdgeStarted e -> entity(out, 99, "Edge", e.edge() + "/" + e.boot(), e.edge(), envelope);
            case ActivityEvent.EdgeStopped e -> entity(out, 99, "Edge", e.edge() + "/" + e.boot(), e.edge(), envelope);
            case ActivityEvent.KeyUsed e -> used(event, e, out);
            case ActivityEvent.AuthFailed e -> failed(event, e, out);
        }
    }

    private static void used(CloudEvent event, ActivityEvent.KeyUsed e, Map<String, Object> out) {
        String request = e.method() == null ? e.path() : e.path() == null ? e.method() : e.method() + " " + e.path();
        String operation = e.permission() != null ? e.permission() : request != null ? request : "unknown";
        out.put("api", Map.of("operation", operation, "service", Map.of("name", "Keyledger edge", "uid", e.edge())));
        endpoint(out, e.ip(), true);
        out.put("dst_endpoint", Map.of("name", e.edge(), "svc_name", "keyledger-edge"));
        out.put(
                "resources",
                List.of(Map.of(
                        "uid", e.keyId().value(),
                        "name", e.keyName(),
                        "type", "API Key")));
        request(out, e.method(), e.path(), e.userAgent(), event.requestId());
        period(out, e.count(), e.firstTime(), e.lastTime());
        unmapped(out, "permission", e.permission(), "scope", e.scope().wire());
    }

    private static void failed(CloudEvent event, ActivityEvent.AuthFailed e, Map<String, Object> out) {
        String keyId = e.keyId() == null ? null : e.keyId().value();
        String credential = e.credentialId() == null ? null : e.credentialId().value();
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("uid", keyId != null ? keyId : e.presented() != null ? e.presented() : "unknown");
        put(user, "name", e.keyName());
        put(user, "credential_uid", credential);
        user.put("type_id", keyId == null ? 0 : 99);
        user.put("type", keyId == null ? "Unknown" : "API Key");
        out.put("user", user);
        out.put("service", Map.of("name", "Keyledger edge", "uid", e.edge()));
        out.put("dst_endpoint", Map.of("name", e.edge(), "svc_name", "keyledger-edge"));
        out.put("auth_protocol_id", 99);
        out.put("auth_protocol", "API Key");
        out.put("status_code", e.reason());
        out.put("status_detail", e.reason());
        endpoint(out, e.ip(), false);
        request(out, e.method(), e.path(), e.userAgent(), event.requestId());
        period(out, e.count(), e.firstTime(), e.lastTime());
        unmapped(out, "permission", e.permission(), "presented", e.presented());
    }

    /** The classification and everything that each event has, whatever its class. */
    private static Map<String, Object> classified(
            OcsfClass of, Activity activity, Severity severity, Map<String, Object> envelope, byte[] bytes) {
        String action = Ecs.shortName(text(envelope, "type"));
        Map<?, ?> data = envelope.get("data") instanceof Map<?, ?> map ? map : Map.of();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("class_uid", of.uid);
        out.put("class_name", of.name);
        out.put("category_uid", of.category);
        out.put("category_name", of.categoryName);
        out.put("activity_id", activity.id);
        out.put("activity_name", activity.name);
        out.put("type_uid", of.uid * 100L + activity.id);
        out.put("type_name", of.name + ": " + (activity.id == 99 ? "Other" : activity.name));
        out.put("severity_id", severity.ocsf());
        out.put("severity", severity.caption());
        out.put("time", millis(envelope, "time"));
        out.put("message", Ecs.message(action, data));
        out.put("metadata", metadata(action, data, envelope));
        out.put("raw_data", new String(bytes, StandardCharsets.UTF_8));
        out.put("raw_data_size", (long) bytes.length);
        out.put("raw_data_hash", Map.of("algorithm_id", 3, "algorithm", "SHA-256", "value", sha256(bytes)));
        Map<String, Object> unmapped = new LinkedHashMap<>();
        unmapped.put("source", text(envelope, "source"));
        unmapped.put("sequence", text(envelope, "sequence"));
        unmapped.put("prevhash", text(envelope, "prevhash"));
        unmapped.put("hash", CloudEvent.hash(bytes));
        out.put("unmapped", unmapped);
        return out;
    }

    private static Map<String, Object> metadata(String action, Map<?, ?> data, Map<String, Object> envelope) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("version", VERSION);
        metadata.put("product", Map.of("name", NAME, "vendor_name", NAME));
        metadata.put("uid", text(envelope, "id"));
        metadata.put("original_event_uid", text(envelope, "id"));
        metadata.put("event_code", action);
        metadata.put("log_name", LOG);
        metadata.put("log_provider", NAME);
        metadata.put("log_format", "CloudEvents 1.0 JSON");
        metadata.put("logged_time", millis(envelope, "recordedtime"));
        metadata.put("original_time", text(envelope, "time"));
        metadata.put("tenant_uid", text(envelope, "tenantid"));
        putInt(metadata, "sequence", Long.parseLong(text(envelope, "sequence")));
        put(metadata, "correlation_uid", data.get("requestId") instanceof String id ? id : null);
        return metadata;
    }

    private static Map<String, Object> unknown(Map<String, Object> envelope, byte[] bytes) {
        Activity activity = new Activity(99, Ecs.shortName(text(envelope, "type")));
        Map<String, Object> out = classified(BASE, activity, Severity.UNKNOWN, envelope, bytes);
        Map<String, Object> unmapped = own(out);
        put(
                unmapped,
                "actor",
                members(
                        "type",
                        envelope.get("authtype") instanceof String type ? type : null,
                        "id",
                        envelope.get("authid") instanceof String id ? id : null));
        put(unmapped, "data", envelope.get("data"));
        return out;
    }

    private static Map<String, Object> entity(
            Map<String, Object> out,
            int typeId,
            String type,
            String uid,
            @Nullable String name,
            Map<String, Object> envelope) {
        Map<String, Object> entity = new LinkedHashMap<>();
        entity.put("type_id", typeId);
        entity.put("type", type);
        entity.put("uid", uid);
        put(entity, "name", name);
        if (envelope.get("data") instanceof Map<?, ?> data) {
            entity.put("data", data);
            put(out, "comment", data.get("reason") instanceof String reason ? reason : null);
        }
        out.put("entity", entity);
        return entity;
    }

    private static Map<String, Object> actor(CloudEvent event) {
        String id = event.actor().id();
        Map<String, Object> user = new LinkedHashMap<>();
        switch (event.actor().type()) {
            case "user" -> user.putAll(person(id));
            case "api_key" -> {
                if (event.data() instanceof ActivityEvent.KeyUsed e) {
                    user.put("uid", e.keyId().value());
                    user.put("name", e.keyName());
                } else {
                    user.put("uid", id);
                }
                user.put("credential_uid", id);
                user.put("type_id", 99);
                user.put("type", "API Key");
            }
            case "system" -> {
                user.put("uid", id);
                user.put("type_id", 3);
                user.put("type", "System");
            }
            default -> {
                user.put("uid", id);
                user.put("type_id", 0);
                user.put("type", "Unknown");
            }
        }
        return user;
    }

    private static Map<String, Object> person(String id) {
        return Map.of("uid", id, "type_id", 1, "type", "User");
    }

    /** @param required whether the class asks for one although nothing is known of it */
    private static void endpoint(Map<String, Object> out, @Nullable String ip, boolean required) {
        if (ip != null) {
            out.put("src_endpoint", Map.of(Addresses.isIp(ip) ? "ip" : "name", ip));
        } else if (required) {
            out.put("src_endpoint", Map.of("name", "unknown"));
        }
    }

    private static void request(
            Map<String, Object> out,
            @Nullable String method,
            @Nullable String path,
            @Nullable String userAgent,
            @Nullable String requestId) {
        Map<String, Object> request = new LinkedHashMap<>();
        if (method != null && METHODS.contains(method)) {
            request.put("http_method", method);
        } else {
            unmapped(out, "method", method);
        }
        put(request, "url", members("path", path));
        put(request, "user_agent", userAgent);
        put(request, "uid", requestId);
        if (!request.isEmpty()) {
            out.put("http_request", request);
        }
    }

    private static void period(Map<String, Object> out, long count, Instant first, Instant last) {
        putInt(out, "count", count);
        if (count > Integer.MAX_VALUE) {
            unmapped(out, "count", Long.toString(count));
        }
        out.put("start_time", first.toEpochMilli());
        out.put("end_time", last.toEpochMilli());
    }

    private static void unmapped(Map<String, Object> out, @Nullable String... namesAndValues) {
        Map<String, Object> unmapped = own(out);
        Map<String, Object> members = members(namesAndValues);
        if (members != null) {
            unmapped.putAll(members);
        }
    }

    private static Map<String, Object> own(Map<String, Object> out) {
        Map<String, Object> unmapped = new LinkedHashMap<>();
        if (out.get("unmapped") instanceof Map<?, ?> before) {
            before.forEach((name, value) -> unmapped.put((String) name, value));
        }
        out.put("unmapped", unmapped);
        return unmapped;
    }

    /** OCSF's {@code integer_t} has 32 bits; what does not fit is left out, never cut. */
    private static void putInt(Map<String, Object> map, String name, long value) {
        if (value <= Integer.MAX_VALUE) {
            map.put(name, (int) value);
        }
    }

    private static void put(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value);
        }
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

    private static long millis(Map<String, Object> envelope, String name) {
        try {
            return Instant.parse(text(envelope, name)).toEpochMilli();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " is not a time", e);
        }
    }

    private static String text(Map<String, Object> envelope, String name) {
        if (envelope.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
