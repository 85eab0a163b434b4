package io.keyledger.command.policy;

import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.PresentedKey;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every setting of a tenant: its name, its default, and which values it takes. Values are kept as text; null = not set. */
public enum Setting {
    /** The switch over all keys of the tenant; bootstrap keys are exempt. */
    ENABLED("keys.enabled", Kind.FLAG, "true"),
    NAME_RULE("keys.nameRule", Kind.NAME_RULE, "descriptive"),
    NAME_UNIQUENESS("keys.nameUniqueness", Kind.NAME_UNIQUENESS, "owner"),
    MAX_PER_OWNER("keys.maxPerOwner", Kind.LIMIT, "100"),
    EXPIRY_REQUIRED("keys.expiryRequired", Kind.FLAG, "false"),
    MAX_EXPIRY("keys.maxExpiry", Kind.OPTIONAL_SPAN, null),
    DEFAULT_EXPIRY("keys.defaultExpiry", Kind.OPTIONAL_SPAN, null),
    PREFIX("keys.prefix", Kind.PREFIX, "kl"),
    ROTATION_READ_ONLY("keys.rotation.readOnly", Kind.SPAN, "P90D"),
    ROTATION_READ_WRITE("keys.rotation.readWrite", Kind.SPAN, "P60D"),
    ROTATION_ADMIN("keys.rotation.admin", Kind.SPAN, "P30D"),
    /** Whether the default list leaves revoked keys out. */
    HIDE_REVOKED("keys.hideRevoked", Kind.FLAG, "false"),
    /** Whether keys may be made whose secret is kept, encrypted, and can be shown again; off, none is shown. */
    RECOVERABLE("keys.recoverable", Kind.FLAG, "false"),
    /** The longest time that an old secret stays good after a rotation. */
    MAX_GRACE("keys.maxGrace", Kind.SPAN, "P30D"),
    /** Whether each accepted request is an event, or those of one second that are alike share one with an exact count. */
    GRANULARITY("activity.granularity", Kind.GRANULARITY, "request"),
    /** How many personal tokens a person may have; they do not count as keys. */
    MAX_PERSONAL("personal.maxPerOwner", Kind.LIMIT, "10"),
    /** Where personal tokens may be used from, beyond what each says of itself; null = from anywhere. */
    TOKEN_ADDRESSES("tokens.addresses", Kind.ADDRESSES, null),
    TOKEN_COUNTRIES("tokens.countries", Kind.COUNTRIES, null),
    /** Which of the two built-in sets of roles the tenant has. */
    ROLES("roles.preset", Kind.ROLES, "central"),
    /** What pages call a key, and where they keep it. */
    WORDING("console.wording", Kind.WORDING, "api-keys"),
    /** Whether people may make keys of their own: the operator's word, not the tenant's. */
    SELF_SERVICE("entitlements.selfService", Kind.FLAG, "true"),
    /** The host name that is the tenant's alone; no two tenants have the same. */
    HOST("tenant.host", Kind.HOST, null);

    /** The highest per-owner limit that can be set. */
    public static final int MAX_PER_OWNER_LIMIT = 1000;

    /** Labels of RFC 1123; the last one is not a number, so it is no IPv4 address. */
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*(?![0-9]+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private final String wire;
    private final Kind kind;
    private final @Nullable String preset;

    Setting(String wire, Kind kind, @Nullable String preset) {
        this.wire = wire;
        this.kind = kind;
        this.preset = preset;
    }

    /** The JSON type of a value and what it must look like. */
    private enum Kind {
        FLAG("true or false"),
        LIMIT("a whole number from 1 to " + MAX_PER_OWNER_LIMIT),
        NAME_RULE("descriptive or strict"),
        NAME_UNIQUENESS("owner or tenant"),
        GRANULARITY("request or second"),
        ROLES("central or separated"),
        HOST(
                "a DNS name in letters, digits and hyphens, such as keys.acme.example, neither an IP address nor localhost; or null"),
        ADDRESSES("1 to " + Places.MOST + " address ranges, " + Places.RANGE
                + ", as a list or with commas between them; or null"),
        COUNTRIES("1 to " + Places.MOST + " countries, " + Places.COUNTRY
                + ", as a list or with commas between them; or null"),
        WORDING("api-keys or access-keys"),
        PREFIX("1 to 12 lower-case letters or digits"),
        SPAN("an ISO 8601 period longer than zero, such as P90D"),
        OPTIONAL_SPAN("an ISO 8601 period longer than zero, such as P90D, or null");

        private final String allowed;

        Kind(String allowed) {
            this.allowed = allowed;
        }
    }

    public String wire() {
        return wire;
    }

    /** The value in the preset {@link Preset#DESCRIPTIVE}; null = not set. */
    @Nullable
    String preset() {
        return preset;
    }

    /** What a value must look like, for people. */
    public String allowed() {
        return kind.allowed;
    }

    /** The setting of that name, or null. */
    public static @Nullable Setting ofWire(String wire) {
        for (Setting setting : values()) {
            if (setting.wire.equals(wire)) {
                return setting;
            }
        }
        return null;
    }

    /** Whether null, meaning not set, is a value of it. */
    public boolean optional() {
        return kind == Kind.OPTIONAL_SPAN || kind == Kind.HOST || isList();
    }

    private boolean isList() {
        return kind == Kind.ADDRESSES || kind == Kind.COUNTRIES;
    }

    /** Whether only the operator of the platform sets it; tenants see it. */
    public boolean operatorOnly() {
        return this == SELF_SERVICE || this == HOST;
    }

    /** Whether edges go by it, so that a change is in effect once they have confirmed it. */
    public boolean toldToEdges() {
        return this == ENABLED || this == GRANULARITY || isList();
    }

    /**
     * The text that is kept for a JSON value: a {@code Boolean}, {@code Integer}, {@code String} or a list of strings.
     *
     * @throws IllegalArgumentException when it is no value of this setting
     */
    public String text(Object json) {
        return switch (kind) {
            case FLAG -> json instanceof Boolean flag ? flag.toString() : refuse();
            case LIMIT ->
                json instanceof Integer limit && limit >= 1 && limit <= MAX_PER_OWNER_LIMIT
                        ? limit.toString()
                        : refuse();
            case NAME_RULE -> oneOf(json, "descriptive", "strict");
            case NAME_UNIQUENESS -> oneOf(json, "owner", "tenant");
            case GRANULARITY -> oneOf(json, "request", PrincipalRecord.SECOND);
            case ROLES -> oneOf(json, "central", "separated");
            case WORDING -> oneOf(json, "api-keys", "access-keys");
            case PREFIX -> json instanceof String prefix && PresentedKey.isPrefix(prefix) ? prefix : refuse();
            case HOST -> json instanceof String host && isHost(host) ? host.toLowerCase(Locale.ROOT) : refuse();
            case ADDRESSES -> list(json, Places::range);
            case COUNTRIES -> list(json, Places::country);
            case SPAN, OPTIONAL_SPAN -> span(json);
        };
    }

    /** The JSON value of a text that {@link #text} made. */
    public @Nullable Object json(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return switch (kind) {
            case FLAG -> Boolean.valueOf(text);
            case LIMIT -> Integer.valueOf(text);
            case ADDRESSES, COUNTRIES -> list(text);
            case NAME_RULE, NAME_UNIQUENESS, GRANULARITY, ROLES, WORDING, HOST, PREFIX, SPAN, OPTIONAL_SPAN -> text;
        };
    }

    /** The list that a text of {@link #text} stands for. */
    static List<String> list(String text) {
        return List.of(text.split(",", -1));
    }

    private String list(Object json, Function<String, @Nullable String> normal) {
        // Forms and command lines have text.
        Object given = json instanceof String text ? Arrays.asList(text.split(" *, *", -1)) : json;
        if (!(given instanceof List<?> all) || all.isEmpty() || all.size() > Places.MOST) {
            return refuse();
        }
        TreeSet<String> texts = new TreeSet<>();
        for (Object one : all) {
            String text = one instanceof String asked ? normal.apply(asked) : null;
            texts.add(text == null ? refuse() : text);
        }
        return String.join(",", texts);
    }

    private static boolean isHost(String host) {
        return host.length() <= 253 && HOST_NAME.matcher(host).matches() && !host.equalsIgnoreCase("localhost");
    }

    private String span(Object json) {
        try {
            if (json instanceof String text) {
                Span span = Span.parse(text);
                return span.isZero() ? refuse() : span.toString();
            }
        } catch (DateTimeException _) {
            // Refused below, in this setting's own words.
        }
        return refuse();
    }

    private String oneOf(Object json, String... values) {
        for (String value : values) {
            if (value.equals(json)) {
                return value;
            }
        }
        return refuse();
    }

    private String refuse() {
        throw new IllegalArgumentException(wire + " must be " + kind.allowed);
    }
}
