package io.keyledger.query.console.settings;

import io.keyledger.events.policy.PolicyText;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A setting in words. What its values may be is decided by command-service; this is for who has to choose one.
 *
 * @param name in the API
 * @param hint what it does, and to which keys
 * @param choices the values of a {@link Kind#CHOICE}, with their words
 */
public record SettingWords(String name, String label, String hint, Kind kind, Map<String, String> choices) {

    /** How a value is shown and asked for. */
    public enum Kind {
        FLAG,
        NUMBER,
        CHOICE,
        TEXT,
        SPAN,
        OPTIONAL_SPAN,
        /** Several values, parted by commas; none = not set. */
        OPTIONAL_LIST
    }

    /** Settings that belong together on the page. */
    public record Group(String id, String title, String text, List<SettingWords> settings) {}

    /** Switches all keys; has a card of its own. */
    static final String ENABLED = "keys.enabled";

    static final List<Group> GROUPS = List.of(
            new Group(
                    "expiry",
                    "Expiry",
                    "How long keys may live. A change touches new keys only.",
                    List.of(
                            flag(
                                    "keys.expiryRequired",
                                    "Every key must expire",
                                    "A key without an expiry can be forgotten and still be good in ten years."),
                            optional(
                                    "keys.maxExpiry",
                                    "Maximum expiration",
                                    "The longest life that a new key may have. Empty: no bound. Keys that exist keep their expiry."),
                            optional(
                                    "keys.defaultExpiry",
                                    "Expiration when none is chosen",
                                    "Empty: a key lives until somebody ends it, unless every key must expire."))),
            new Group(
                    "rotation",
                    "Rotation",
                    "When a key counts as overdue for a new secret.",
                    List.of(
                            span("keys.rotation.readOnly", "Read-only keys", "Recommended: 90 days."),
                            span("keys.rotation.readWrite", "Read-write keys", "Recommended: 60 days."),
                            span("keys.rotation.admin", "Admin keys", "Recommended: 30 days."),
                            span(
                                    "keys.maxGrace",
                                    "Longest overlap",
                                    "How long the old secret may stay good after a rotation, while the integration moves."))),
            new Group(
                    "names",
                    "Names and numbers",
                    "What new keys are called, and how many one may have.",
                    List.of(
                            choice(
                                    "keys.nameRule",
                                    "Name rule",
                                    "For new names only.",
                                    "descriptive",
                                    "Descriptive: 1 to 100 printable characters",
                                    "strict",
                                    "Strict: at most 30 letters, digits and underscores"),
                            choice(
                                    "keys.nameUniqueness",
                                    "Names are unique",
                                    "Upper and lower case count as alike.",
                                    "owner",
                                    "Among the keys of one owner",
                                    "tenant",
                                    "In the whole tenant"),
                            new SettingWords(
                                    "keys.maxPerOwner",
                                    "Maximum of keys per user",
                                    "At most 1000. Who has more already keeps them, and makes no new one.",
                                    Kind.NUMBER,
                                    Map.of()),
                            new SettingWords(
                                    "keys.prefix",
                                    "Prefix of new keys",
                                    "Lets people and secret scanners recognise your keys: 1 to 12 lower-case letters or digits.",
                                    Kind.TEXT,
                                    Map.of()))),
            new Group(
                    "recovery",
                    "Recoverable keys",
                    "Off: a key is shown once and only a hash of it is kept. On: whoever makes a key can choose that it can be shown again.",
                    List.of(flag(
                            "keys.recoverable",
                            "Keys can be made recoverable",
                            "Their secrets are kept, encrypted, and shown again to who has the permission, for a reason, as an event."
                                    + " Switched off, none is made and none is shown; what is kept stays until its key ends or it is"
                                    + " destroyed on the key's page."))),
            new Group(
                    "tokens",
                    "Personal tokens",
                    "What people make for their own scripts. These hold for all of them at once, at every edge, beside what each one's own policy says.",
                    List.of(
                            list(
                                    "tokens.addresses",
                                    "Networks",
                                    "From which addresses personal tokens may be used, such as 192.0.2.0/24, 2001:db8::/32. Empty: from any."),
                            list(
                                    "tokens.countries",
                                    "Countries",
                                    "From which countries personal tokens may be used, such as CH, DE. Empty: from any. An address whose"
                                            + " country is not known is refused."))),
            new Group(
                    "activity",
                    "Record of use",
                    "Every accepted request is in the audit before its answer leaves, and counted exactly.",
                    List.of(choice(
                            "activity.granularity",
                            "An event tells of",
                            "For all keys, from the next request on. Requests are alike when key, secret, permission, method, path,"
                                    + " address and client are.",
                            "request",
                            "One request",
                            "second",
                            "All requests of one second that are alike, with their exact number"))),
            new Group(
                    "views",
                    "Lists and roles",
                    "What people see, and who may do what.",
                    List.of(
                            flag(
                                    "keys.hideRevoked",
                                    "Leave revoked keys out of the list",
                                    "They stay in the audit, and the filter by status still finds them."),
                            choice(
                                    "console.wording",
                                    "What keys are called",
                                    "In the menu and on the pages of this tenant; in the API nothing changes.",
                                    "api-keys",
                                    "API keys, under Administration",
                                    "access-keys",
                                    "Access keys, under Settings"),
                            choice(
                                    "roles.preset",
                                    "Who makes and changes keys",
                                    "Applies to everybody from the next click on.",
                                    "central",
                                    "Central: admins make, change and delete everybody's keys",
                                    "separated",
                                    "Separated: developers their own keys; admins see all and revoke"))),
            new Group(
                    "operator",
                    "From the operator",
                    "Set by the operator of the platform; here to be seen.",
                    List.of(
                            flag(
                                    "entitlements.selfService",
                                    "Licensed for self-service",
                                    "Whether people may make keys of their own."),
                            new SettingWords(
                                    "tenant.host",
                                    "Host name",
                                    "The tenant's own: its sessions and keys are good there and nowhere else.",
                                    Kind.TEXT,
                                    Map.of()))));

    static final SettingWords SWITCH = flag(ENABLED, "Enable API keys", "Off: every key of the tenant is refused.");

    /** The words of a setting; for one that has none here, its name. */
    static SettingWords of(String name) {
        if (name.equals(ENABLED)) {
            return SWITCH;
        }
        for (Group group : GROUPS) {
            for (SettingWords setting : group.settings()) {
                if (setting.name().equals(name)) {
                    return setting;
                }
            }
        }
        return new SettingWords(name, name, "", Kind.TEXT, Map.of());
    }

    /** Whether only the operator of the platform can change it. */
    public boolean operatorsOnly() {
        return name.startsWith("entitlements.") || name.startsWith("tenant.");
    }

    /** A value as people say it. */
    public String say(@Nullable Object value) {
        if (value == null) {
            return "not set";
        }
        String text = Objects.toString(value);
        return switch (kind) {
            case FLAG -> Boolean.parseBoolean(text) ? "on" : "off";
            case CHOICE -> choices.getOrDefault(text, text);
            case SPAN, OPTIONAL_SPAN -> Spans.say(text);
            case OPTIONAL_LIST -> list(value);
            case NUMBER, TEXT -> text;
        };
    }

    private static String list(Object value) {
        return value instanceof List<?> values
                ? String.join(", ", values.stream().map(Object::toString).toList())
                : value.toString().replaceAll("\\s*,\\s*", ", ");
    }

    /** A value as its field shows it. */
    public String field(@Nullable Object value) {
        return value == null
                ? ""
                : switch (kind) {
                    case SPAN, OPTIONAL_SPAN, OPTIONAL_LIST -> say(value);
                    case FLAG, NUMBER, CHOICE, TEXT -> value.toString();
                };
    }

    /** What a filled-in field means, as the API takes it; what is not of the form is left to the API to refuse. */
    @Nullable
    Object parse(String field) {
        String text = field.strip();
        return switch (kind) {
            case FLAG -> Boolean.valueOf(text);
            case NUMBER -> number(text);
            case SPAN -> Spans.parse(text);
            case OPTIONAL_SPAN -> text.isEmpty() ? null : Spans.parse(text);
            case OPTIONAL_LIST -> {
                List<String> values = PolicyText.values(text);
                yield values.isEmpty() ? null : values;
            }
            case CHOICE, TEXT -> text;
        };
    }

    private static Object number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static SettingWords flag(String name, String label, String hint) {
        return new SettingWords(name, label, hint, Kind.FLAG, Map.of());
    }

    private static SettingWords span(String name, String label, String hint) {
        return new SettingWords(name, label, hint, Kind.SPAN, Map.of());
    }

    private static SettingWords optional(String name, String label, String hint) {
        return new SettingWords(name, label, hint, Kind.OPTIONAL_SPAN, Map.of());
    }

    private static SettingWords list(String name, String label, String hint) {
        return new SettingWords(name, label, hint, Kind.OPTIONAL_LIST, Map.of());
    }

    private static SettingWords choice(
            String name, String label, String hint, String a, String aWords, String b, String bWords) {
        Map<String, String> choices = new java.util.LinkedHashMap<>();
        choices.put(a, aWords);
        choices.put(b, bWords);
        return new SettingWords(name, label, hint, Kind.CHOICE, choices);
    }
}
