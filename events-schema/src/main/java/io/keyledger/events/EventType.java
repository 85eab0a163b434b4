package io.keyledger.events;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every type of event that was ever published: its name on the wire, the record that reads it, its topic. */
public enum EventType {
    KEY_CREATED("key.created", KeyEvent.KeyCreated.class, Topics.LIFECYCLE),
    KEY_UPDATED("key.updated", KeyEvent.KeyUpdated.class, Topics.LIFECYCLE),
    KEY_ROTATED("key.rotated", KeyEvent.KeyRotated.class, Topics.LIFECYCLE),
    KEY_CREDENTIAL_EXPIRED("key.credential-expired", KeyEvent.KeyCredentialExpired.class, Topics.LIFECYCLE),
    KEY_REVOKED("key.revoked", KeyEvent.KeyRevoked.class, Topics.LIFECYCLE),
    KEY_EXPIRED("key.expired", KeyEvent.KeyExpired.class, Topics.LIFECYCLE),
    KEY_SUSPENDED("key.suspended", KeyEvent.KeySuspended.class, Topics.LIFECYCLE),
    KEY_RESUMED("key.resumed", KeyEvent.KeyResumed.class, Topics.LIFECYCLE),
    KEY_DELETED("key.deleted", KeyEvent.KeyDeleted.class, Topics.LIFECYCLE),
    KEY_REVEALED("key.revealed", KeyEvent.KeyRevealed.class, Topics.LIFECYCLE),
    KEY_SECRET_FORGOTTEN("key.secret-forgotten", KeyEvent.KeySecretForgotten.class, Topics.LIFECYCLE),
    REVOCATION_CONFIRMED("revocation.confirmed", KeyEvent.RevocationConfirmed.class, Topics.LIFECYCLE),
    SETTINGS_CHANGED("settings.changed", SettingsEvent.SettingsChanged.class, Topics.LIFECYCLE),
    TENANT_CREATED("tenant.created", TenantEvent.TenantCreated.class, Topics.LIFECYCLE),
    USER_CREATED("user.created", UserEvent.UserCreated.class, Topics.LIFECYCLE),
    USER_UPDATED("user.updated", UserEvent.UserUpdated.class, Topics.LIFECYCLE),
    USER_DISABLED("user.disabled", UserEvent.UserDisabled.class, Topics.LIFECYCLE),
    USER_ENABLED("user.enabled", UserEvent.UserEnabled.class, Topics.LIFECYCLE),
    USER_ACCESS_ENDED("user.access-ended", UserEvent.UserAccessEnded.class, Topics.LIFECYCLE),
    USER_ACCESS_EXTENDED("user.access-extended", UserEvent.UserAccessExtended.class, Topics.LIFECYCLE),
    USER_ERASED("user.erased", UserEvent.UserErased.class, Topics.LIFECYCLE),
    ROLE_GRANTED("role.granted", UserEvent.RoleGranted.class, Topics.LIFECYCLE),
    ROLE_WITHDRAWN("role.withdrawn", UserEvent.RoleWithdrawn.class, Topics.LIFECYCLE),
    AUTH_LOGIN("auth.login", UserEvent.SignedIn.class, Topics.LIFECYCLE),
    AUTH_LOGOUT("auth.logout", UserEvent.SignedOut.class, Topics.LIFECYCLE),
    AUDIT_USAGE_BATCH_SEALED("audit.usage-batch-sealed", AuditEvent.UsageBatchSealed.class, Topics.LIFECYCLE),
    KEY_USED("key.used", ActivityEvent.KeyUsed.class, Topics.ACTIVITY),
    AUTH_FAILED("auth.failed", ActivityEvent.AuthFailed.class, Topics.ACTIVITY),
    EDGE_STARTED("edge.started", ActivityEvent.EdgeStarted.class, Topics.ACTIVITY),
    EDGE_STOPPED("edge.stopped", ActivityEvent.EdgeStopped.class, Topics.ACTIVITY);

    private static final String PREFIX = "io.keyledger.";
    private static final String SUFFIX = ".v1";
    private static final Map<String, EventType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::wire, Function.identity()));
    private static final Map<Class<?>, EventType> BY_RECORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::record, Function.identity()));

    private final String shortName;
    private final Class<? extends Event> record;
    private final String topic;

    EventType(String shortName, Class<? extends Event> record, String topic) {
        this.shortName = shortName;
        this.record = record;
        this.topic = topic;
    }

    /** The CloudEvents {@code type}, such as {@code io.keyledger.key.revoked.v1}. */
    public String wire() {
        return PREFIX + shortName + SUFFIX;
    }

    /** The name in queries and file names, such as {@code key.revoked}. */
    public String shortName() {
        return shortName;
    }

    /** The CloudEvents {@code dataschema}: the schema file of this repository. */
    public String dataSchema() {
        return "https://keyledger.io/schemas/" + shortName + SUFFIX + ".json";
    }

    public Class<? extends Event> record() {
        return record;
    }

    public String topic() {
        return topic;
    }

    public static EventType of(Event event) {
        EventType type = BY_RECORD.get(event.getClass());
        if (type == null) {
            throw new IllegalArgumentException(event.getClass() + " has no event type");
        }
        return type;
    }

    /** The type of that wire name, or null: a reader ignores types it does not know. */
    public static @Nullable EventType ofWire(String wire) {
        return BY_NAME.get(wire);
    }
}
