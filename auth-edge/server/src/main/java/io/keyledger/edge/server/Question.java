package io.keyledger.edge.server;

import io.keyledger.events.CommandPosition;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.PresentedKey;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway or a service asks about one key that was presented to it. Pure.
 *
 * @param maxAge how old the view may be at most; null = as old as the key's policy allows
 * @param minPosition of a command whose effect the view must hold; null = of none
 */
record Question(
        Presented presented,
        @Nullable String permission,
        @Nullable String method,
        @Nullable String path,
        @Nullable String ip,
        @Nullable String userAgent,
        @Nullable Duration maxAge,
        @Nullable CommandPosition minPosition) {
    private static final String KEY = "key";
    private static final String MAX_AGE = "maxAge";
    private static final String MIN_POSITION = "minPosition";
    private static final Map<String, Integer> FIELDS = Map.of(
            KEY,
            4096,
            "permission",
            128,
            "method",
            32,
            "path",
            8192,
            "ip",
            64,
            "userAgent",
            4096,
            MAX_AGE,
            32,
            MIN_POSITION,
            256);

    /** A member that is not of the form. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;
        private final String field;
        private final String detail;

        Invalid(String field, String detail) {
            super(detail);
            this.field = field;
            this.detail = detail;
        }

        Problem problem() {
            return new Problem(Problem.Kind.BAD_REQUEST, detail, field);
        }
    }

    /** A key alone, about which nothing more is known. */
    static Question about(String key) {
        return new Question(Carriers.text(key), null, null, null, null, null, null, null);
    }

    /**
     * The question that these members of a JSON object ask.
     *
     * @param within what the names of fields begin with in an objection, such as {@code items[3].}
     */
    static Question of(Map<?, ?> members, String within) throws Invalid {
        for (Map.Entry<?, ?> member : members.entrySet()) {
            check(String.valueOf(member.getKey()), member.getValue(), within);
        }
        if (!(members.get(KEY) instanceof String key)) {
            throw new Invalid(within + KEY, "'key' is missing: the key that was presented.");
        }
        String ip = text(members, "ip");
        if (ip != null && !NetUtil.isValidIpV4Address(ip) && !NetUtil.isValidIpV6Address(ip)) {
            throw new Invalid(within + "ip", "'ip' must be an IPv4 or IPv6 address.");
        }
        String permission = text(members, "permission");
        if (permission != null && (permission.indexOf(':') <= 0 || permission.endsWith(":"))) {
            throw new Invalid(
                    within + "permission", "'permission' must be a resource and an action, such as objects:read.");
        }
        return new Question(
                Carriers.text(key),
                permission,
                text(members, "method"),
                text(members, "path"),
                ip,
                text(members, "userAgent"),
                age(text(members, MAX_AGE), within),
                position(text(members, MIN_POSITION), within));
    }

    private static void check(String name, Object value, String within) throws Invalid {
        Integer max = FIELDS.get(name);
        if (max == null) {
            throw new Invalid(
                    within + printable(name),
                    "There is no such field. Known fields: %s."
                            .formatted(String.join(", ", new TreeSet<>(FIELDS.keySet()))));
        }
        if (!(value instanceof String text)) {
            throw new Invalid(within + name, "'%s' must be a string.".formatted(name));
        }
        if (text.length() > max) {
            throw new Invalid(within + name, "'%s' may have at most %d characters.".formatted(name, max));
        }
    }

    private static @Nullable Duration age(@Nullable String text, String within) throws Invalid {
        if (text == null) {
            return null;
        }
        try {
            Duration age = Duration.parse(text);
            if (age.isPositive()) {
                return age;
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        throw new Invalid(within + MAX_AGE, "'maxAge' must be a duration of ISO 8601 above zero, such as PT2S.");
    }

    private static @Nullable CommandPosition position(@Nullable String text, String within) throws Invalid {
        if (text == null) {
            return null;
        }
        CommandPosition position = CommandPosition.parse(text).orElse(null);
        if (position == null || position.views().isEmpty()) {
            throw new Invalid(
                    within + MIN_POSITION,
                    "'minPosition' must be the 'position' of an answer to a command on keys or people.");
        }
        return position;
    }

    /** What a stranger called a field, fit to be shown. */
    private static String printable(String name) {
        StringBuilder out = new StringBuilder();
        name.chars().limit(64).forEach(c -> out.append(c > 0x20 && c < 0x7f ? (char) c : '?'));
        return PresentedKey.occursIn(name) ? "?" : out.toString();
    }

    private static @Nullable String text(Map<?, ?> members, String name) {
        return members.get(name) instanceof String text ? text : null;
    }
}
