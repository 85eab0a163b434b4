package io.keyledger.command.web;

import io.keyledger.command.key.Lifetime;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Span;
import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Role;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Members of bodies and parts of paths as the types they stand for. */
public final class Fields {
    private static final String REASONS =
            Arrays.stream(RevocationReason.values()).map(RecordJson::wire).collect(Collectors.joining(", "));

    private static final String ROLES =
            Arrays.stream(Role.values()).map(Role::wire).collect(Collectors.joining(", "));

    private Fields() {}

    /** The key that a path names; what is no id names no key. */
    public static KeyId keyId(String text) {
        try {
            return new KeyId(text);
        } catch (IllegalArgumentException _) {
            throw new Refused(new Refusal.NoSuchKey());
        }
    }

    public static Scope scope(String text) {
        Scope scope = Scope.ofWire(text);
        if (scope == null) {
            throw new Refused(
                    new Refusal.InvalidValue("scope", "read-only, read-write or admin; default for a personal token"));
        }
        return scope;
    }

    public static OwnerId owner(String text) {
        try {
            return new OwnerId(text);
        } catch (IllegalArgumentException _) {
            throw new Refused(new Refusal.InvalidValue(
                    "owner", "usr_, svc_ or grp_ and 1 to 64 letters, digits, dots, hyphens or underscores"));
        }
    }

    /** The person that a path or a body names; what is no id names nobody. */
    public static OwnerId userId(String text) {
        try {
            OwnerId id = new OwnerId(text);
            if (id.value().startsWith("usr_")) {
                return id;
            }
        } catch (IllegalArgumentException _) {
            // Refused below.
        }
        throw new Refused(new Refusal.NoSuchUser());
    }

    public static Set<Role> roles(List<String> wires) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String wire : wires) {
            Role role = Role.ofWire(wire);
            if (role == null) {
                throw new Refused(new Refusal.InvalidValue("roles", "any of " + ROLES));
            }
            roles.add(role);
        }
        return roles;
    }

    /** An instant that a field holds. */
    public static Instant instant(String field, String text) {
        try {
            return RecordJson.micros(Instant.parse(text));
        } catch (DateTimeException _) {
            throw new Refused(new Refusal.InvalidValue(field, "an instant such as 2027-01-31T12:00:00Z"));
        }
    }

    public static RevocationReason reasonCode(@Nullable String text) {
        if (text == null) {
            return RevocationReason.UNSPECIFIED;
        }
        for (RevocationReason reason : RevocationReason.values()) {
            if (RecordJson.wire(reason).equals(text)) {
                return reason;
            }
        }
        throw new Refused(new Refusal.InvalidValue("reasonCode", "one of " + REASONS));
    }

    public static Span span(String field, String text) {
        try {
            return Span.parse(text);
        } catch (DateTimeException _) {
            throw new Refused(
                    new Refusal.InvalidValue(field, "an ISO 8601 duration that is not negative, such as P90D or PT1H"));
        }
    }

    public static TenantId tenant(String field, String text) {
        try {
            return new TenantId(text);
        } catch (IllegalArgumentException _) {
            throw new Refused(new Refusal.InvalidValue(field, "t_ and 1 to 40 lower-case letters, digits or hyphens"));
        }
    }

    /** The size of a page. */
    public static int limit(String text, int max) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= max) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // Refused below.
        }
        throw new Refused(new Refusal.InvalidValue("limit", "a whole number from 1 to " + max));
    }

    /** What {@code expiresIn} or {@code expiresAt} says; at most one of them may say something. */
    public static Lifetime lifetime(@Nullable String expiresIn, @Nullable String expiresAt) {
        if (expiresIn != null && expiresAt != null) {
            throw new Refused(new Refusal.InvalidValue("expiresAt", "left out when expiresIn is given"));
        }
        if (expiresIn != null) {
            Span span = span("expiresIn", expiresIn);
            if (span.isZero()) {
                throw new Refused(new Refusal.InvalidValue("expiresIn", "longer than zero, such as P90D or PT1H"));
            }
            if (span.after(Instant.EPOCH).equals(Span.END_OF_TIME)) {
                throw new Refused(new Refusal.ExpiryTooLate("expiresIn", Span.END_OF_TIME.toString()));
            }
            return new Lifetime.For(span);
        }
        if (expiresAt != null) {
            try {
                return new Lifetime.Until(Instant.parse(expiresAt));
            } catch (DateTimeException _) {
                throw new Refused(new Refusal.InvalidValue(
                        "expiresAt", "an instant such as 2027-01-31T12:00:00Z, of the year 9999 at most"));
            }
        }
        return new Lifetime.Unsaid();
    }
}
