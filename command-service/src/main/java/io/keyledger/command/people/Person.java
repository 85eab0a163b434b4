package io.keyledger.command.people;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.OwnerId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleGranted;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserAccessEnded;
import io.keyledger.events.UserEvent.UserAccessExtended;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.access.Role;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What decisions need to know of a person: the fold of their events. Immutable. */
public sealed interface Person {

    /** Nothing has happened yet. */
    record Absent() implements Person {}

    /**
     * A person who exists.
     *
     * @param accessEndsAt exclusive; null = never
     * @param accessEnded whether that is over; then it stays so
     * @param erased whether who they are is known no more; then they are disabled, for ever
     */
    record Known(
            OwnerId userId,
            String origin,
            Set<Role> roles,
            boolean disabled,
            @Nullable Instant accessEndsAt,
            boolean accessEnded,
            boolean erased)
            implements Person {

        /** Whether the person and their keys are let in, as far as the events say. */
        public boolean enabled() {
            return !disabled && !accessEnded;
        }

        /** Whether the person governs people and roles, and does so without an end. */
        boolean lastingAdmin() {
            return enabled() && accessEndsAt == null && roles.contains(Role.TENANT_ADMIN);
        }

        private Known with(Role role, boolean granted) {
            Set<Role> after = EnumSet.noneOf(Role.class);
            after.addAll(roles);
            if (granted) {
                after.add(role);
            } else {
                after.remove(role);
            }
            return new Known(userId, origin, Set.copyOf(after), disabled, accessEndsAt, accessEnded, false);
        }
    }

    /** The state after {@code event}. Total: an event that cannot follow changes nothing. */
    static Person evolve(Person person, UserEvent event) {
        if (event instanceof UserCreated e) {
            return person instanceof Absent
                    ? new Known(
                            e.userId(),
                            e.origin(),
                            Set.copyOf(Role.ofWire(e.roles())),
                            false,
                            e.accessEndsAt(),
                            false,
                            false)
                    : person;
        }
        if (!(person instanceof Known k) || k.erased) {
            return person;
        }
        return switch (event) {
            case UserCreated _, UserUpdated _, SignedIn _, SignedOut _ -> k;
            case UserDisabled _ -> new Known(k.userId, k.origin, k.roles, true, k.accessEndsAt, k.accessEnded, false);
            case UserEnabled _ -> new Known(k.userId, k.origin, k.roles, false, k.accessEndsAt, k.accessEnded, false);
            case UserAccessEnded _ -> new Known(k.userId, k.origin, k.roles, k.disabled, k.accessEndsAt, true, false);
            case UserAccessExtended e ->
                k.accessEnded ? k : new Known(k.userId, k.origin, k.roles, k.disabled, e.accessEndsAt(), false, false);
            case UserErased _ -> new Known(k.userId, k.origin, Set.of(), true, k.accessEndsAt, k.accessEnded, true);
            case RoleGranted e -> role(k, e.role(), true);
            case RoleWithdrawn e -> role(k, e.role(), false);
        };
    }

    /** The state after all of {@code events}. */
    static Person evolve(Person person, List<? extends UserEvent> events) {
        Person after = person;
        for (UserEvent event : events) {
            after = evolve(after, event);
        }
        return after;
    }

    /** What time alone has done to the person and is not in their events yet; every decision is made after it. */
    static List<UserEvent> overdue(Person person, Instant now) {
        if (person instanceof Known k && k.accessEndsAt != null && dueAt(k) != null && !now.isBefore(k.accessEndsAt)) {
            return List.of(new UserAccessEnded(k.userId, k.accessEndsAt));
        }
        return List.of();
    }

    /** When time will next do something to the person; null = never. */
    static @Nullable Instant dueAt(Person person) {
        return person instanceof Known k && !k.accessEnded && !k.erased ? k.accessEndsAt : null;
    }

    /**
     * A person who exists, for a decision that asks for one.
     *
     * @throws Refused when there is none
     */
    static Known known(Person person) {
        if (person instanceof Known known) {
            return known;
        }
        throw new Refused(new Refusal.NoSuchUser());
    }

    /**
     * A person who exists and is somebody still, for a decision that changes one.
     *
     * @throws Refused when there is none, or it is known no more who that was
     */
    static Known somebody(Person person) {
        Known known = known(person);
        if (known.erased) {
            throw new Refused(new Refusal.Erased());
        }
        return known;
    }

    private static Known role(Known known, String wire, boolean granted) {
        Role role = Role.ofWire(wire);
        return role == null ? known : known.with(role, granted);
    }
}
