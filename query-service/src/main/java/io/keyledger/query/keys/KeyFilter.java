package io.keyledger.query.keys;

import io.keyledger.events.KeyKind;
import io.keyledger.query.keys.KeyRow.Status;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are asked for; null = any.
 *
 * @param search part of name, id or owner, in any case; of one or two characters, what a name begins with
 * @param status null = all but deleted ones, and but revoked ones if the tenant hides them
 * @param watch what to look after
 * @param restriction how its use is restricted
 */
public record KeyFilter(
        String tenant,
        @Nullable String search,
        @Nullable Status status,
        @Nullable String scope,
        @Nullable String owner,
        @Nullable KeyKind kind,
        @Nullable Watch watch,
        @Nullable Restriction restriction) {

    public KeyFilter(
            String tenant,
            @Nullable String search,
            @Nullable Status status,
            @Nullable String scope,
            @Nullable String owner,
            @Nullable KeyKind kind,
            @Nullable Watch watch) {
        this(tenant, search, status, scope, owner, kind, watch, null);
    }

    /** All keys of a tenant. */
    public static KeyFilter all(String tenant) {
        return new KeyFilter(tenant, null, null, null, null, null, null);
    }

    /** All keys of one owner. */
    public static KeyFilter ofOwner(String tenant, String owner, @Nullable KeyKind kind) {
        return new KeyFilter(tenant, null, null, null, owner, kind, null);
    }

    /** As this, but with this to look after. */
    public KeyFilter with(Watch other) {
        return new KeyFilter(tenant, search, status, scope, owner, kind, other, restriction);
    }

    /** How the use of keys is restricted by their policies. What asks for the lack of something is about keys that may be used. */
    public enum Restriction {
        /** By a rate or a quota. */
        LIMITS("limits"),
        NO_LIMITS("no-limits"),
        /** By anything but rates and quotas. */
        CONDITIONS("conditions"),
        NO_CONDITIONS("no-conditions"),
        /** Neither by addresses nor by countries. */
        ANYWHERE("anywhere");

        private final String wire;

        Restriction(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }

        public static @Nullable Restriction ofWire(@Nullable String wire) {
            for (Restriction restriction : values()) {
                if (restriction.wire.equals(wire)) {
                    return restriction;
                }
            }
            return null;
        }

        public static List<String> wires() {
            return Arrays.stream(values()).map(Restriction::wire).toList();
        }
    }

    /** What is to be looked after. Of keys that may be used; an ended one needs no care. */
    public enum Watch {
        /** Not used for 30 days or longer. */
        UNUSED("unused"),
        NEVER_USED("never-used"),
        /** Ends within 30 days. */
        EXPIRING("expiring"),
        /** Its secret is older than the schedule of its scope. */
        OVERDUE("overdue"),
        NO_EXPIRY("no-expiry");

        private final String wire;

        Watch(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }

        public static @Nullable Watch ofWire(@Nullable String wire) {
            for (Watch watch : values()) {
                if (watch.wire.equals(wire)) {
                    return watch;
                }
            }
            return null;
        }
    }
}
