package io.keyledger.command.people;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.command.people.Person.Known;
import io.keyledger.events.OwnerId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleGranted;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserAccessExtended;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.access.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that somebody wants of one person: a pure decision on the state that time has left them in. */
public sealed interface PersonCommand {
    OwnerId userId();

    /**
     * The facts that follow; none when nothing changes.
     *
     * @param around what of the tenant's other people and of the profile the decision hangs on
     */
    List<UserEvent> decide(Person person, Around around, Instant now);

    /** Whether it may take away somebody who governs people and roles. */
    default boolean mayTakeAdmin() {
        return false;
    }

    /**
     * What stands still until the commit.
     *
     * @param otherAdmins whether somebody else governs people and roles, and does so without an end
     * @param profile of the person, as it is; null when there is none yet
     */
    record Around(boolean otherAdmins, @Nullable Profile profile) {}

    /** Makes a person. */
    record Create(
            OwnerId userId,
            String origin,
            Set<Role> roles,
            @Nullable Instant accessEndsAt,
            Profile profile,
            @Nullable String passwordHash)
            implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            if (!(person instanceof Person.Absent)) {
                throw new Refused(new Refusal.Conflict());
            }
            if (accessEndsAt != null && !accessEndsAt.isAfter(now)) {
                throw new Refused(new Refusal.InvalidValue("accessEndsAt", "in the future"));
            }
            return List.of(new UserCreated(userId, origin, Role.wires(roles), accessEndsAt));
        }

        /** Says nothing of who it is. */
        @Override
        public String toString() {
            return "Create[" + userId + "]";
        }
    }

    /**
     * Changes what is known of a person.
     *
     * @param profile as it is to be, whole
     */
    record ChangeProfile(OwnerId userId, Profile profile) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            Person.somebody(person);
            List<String> changed = profile.differences(around.profile());
            return changed.isEmpty() ? List.of() : List.of(new UserUpdated(userId, changed));
        }

        /** Says nothing of who it is. */
        @Override
        public String toString() {
            return "ChangeProfile[" + userId + "]";
        }
    }

    /** Gives a person another password. */
    record ChangePassword(OwnerId userId, String passwordHash) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            if (Person.somebody(person).origin().equals(Profile.OIDC)) {
                throw new Refused(new Refusal.InvalidValue(
                        "password", "kept where the person signs in: at their identity provider"));
            }
            return List.of(new UserUpdated(userId, List.of("password")));
        }

        @Override
        public String toString() {
            return "ChangePassword[" + userId + "]";
        }
    }

    /** Has a person and all their keys refused until enabled again. */
    record Disable(OwnerId userId, @Nullable String reason) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            Known known = Person.somebody(person);
            if (known.disabled()) {
                throw new Refused(new Refusal.AlreadyDisabled());
            }
            keepAnAdmin(known, around);
            return List.of(new UserDisabled(userId, Wording.text("reason", reason)));
        }

        @Override
        public boolean mayTakeAdmin() {
            return true;
        }
    }

    /**
     * Forgets who a person is, and has them and all their keys refused for ever. A repeat changes nothing.
     *
     * @param reason a word, for an event keeps it for ever
     */
    record Erase(OwnerId userId, ErasureReason reason) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            Known known = Person.known(person);
            if (known.erased()) {
                return List.of();
            }
            keepAnAdmin(known, around);
            return List.of(new UserErased(userId, reason.wire()));
        }

        @Override
        public boolean mayTakeAdmin() {
            return true;
        }
    }

    /** Lets a disabled person in again. */
    record Enable(OwnerId userId) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            Known known = Person.somebody(person);
            if (known.accessEnded() && known.accessEndsAt() != null) {
                throw new Refused(new Refusal.AccessEnded(known.accessEndsAt()));
            }
            if (!known.disabled()) {
                throw new Refused(new Refusal.NotDisabled());
            }
            return List.of(new UserEnabled(userId));
        }
    }

    /** Has the access of a support account end at another moment. */
    record ExtendAccess(OwnerId userId, Instant accessEndsAt) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            Known known = Person.somebody(person);
            Instant before = known.accessEndsAt();
            if (before == null) {
                throw new Refused(new Refusal.InvalidValue(
                        "accessEndsAt", "of a support account: the access of this user has no end"));
            }
            if (known.accessEnded()) {
                throw new Refused(new Refusal.AccessEnded(before));
            }
            if (!accessEndsAt.isAfter(now)) {
                throw new Refused(new Refusal.InvalidValue("accessEndsAt", "in the future"));
            }
            return accessEndsAt.equals(before) ? List.of() : List.of(new UserAccessExtended(userId, accessEndsAt));
        }
    }

    /** Makes these, and no others, the roles of a person. */
    record SetRoles(OwnerId userId, Set<Role> roles) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            Known known = Person.somebody(person);
            if (!roles.contains(Role.TENANT_ADMIN)) {
                keepAnAdmin(known, around);
            }
            List<UserEvent> events = new ArrayList<>();
            for (Role role : Role.values()) {
                boolean had = known.roles().contains(role);
                if (roles.contains(role) && !had) {
                    events.add(new RoleGranted(userId, role.wire()));
                } else if (!roles.contains(role) && had) {
                    events.add(new RoleWithdrawn(userId, role.wire()));
                }
            }
            return events;
        }

        @Override
        public boolean mayTakeAdmin() {
            return !roles.contains(Role.TENANT_ADMIN);
        }
    }

    /**
     * Writes down that a person has proved who they are; from where is kept beside the person, under {@code signInId}, and in
     * no event.
     */
    record SignIn(
            OwnerId userId,
            String method,
            String signInId,
            @Nullable String ip,
            @Nullable String userAgent) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            if (!Person.known(person).enabled()) {
                throw new Refused(new Refusal.SignInFailed());
            }
            return List.of(new SignedIn(userId, method, null, null, signInId));
        }

        /** Says nothing of where they are. */
        @Override
        public String toString() {
            return "SignIn[" + signInId + "]";
        }
    }

    record SignOut(OwnerId userId) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            return Person.known(person).erased() ? List.of() : List.of(new SignedOut(userId));
        }
    }

    /** Writes down what time has done to a person, which comes before every command, and nothing else. */
    record Settle(OwnerId userId) implements PersonCommand {

        @Override
        public List<UserEvent> decide(Person person, Around around, Instant now) {
            return List.of();
        }
    }

    /** There is always somebody who governs people and roles, once there was. */
    private static void keepAnAdmin(Known known, Around around) {
        if (known.lastingAdmin() && !around.otherAdmins()) {
            throw new Refused(new Refusal.LastTenantAdmin());
        }
    }
}
