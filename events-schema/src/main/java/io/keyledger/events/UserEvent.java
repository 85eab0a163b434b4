package io.keyledger.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fact about one person, in the order of its source {@code user:<userId>}. It names the person by id alone: names and
 * addresses of people are in no event. Roles are wire names, so that a reader is not stopped by one that it does not know.
 */
public sealed interface UserEvent extends Event {
    OwnerId userId();

    /**
     * The person exists.
     *
     * @param origin {@code local}, {@code oidc} or {@code support}
     * @param accessEndsAt when everything the person has is over, exclusive; null = never
     */
    record UserCreated(
            OwnerId userId,
            String origin,
            List<String> roles,
            @Nullable Instant accessEndsAt) implements UserEvent {}

    /**
     * What is known of the person is other than before.
     *
     * @param changed names of the fields, never their values
     */
    record UserUpdated(OwnerId userId, List<String> changed) implements UserEvent {}

    /** Neither the person nor any key of theirs is let in until the person is enabled again. */
    record UserDisabled(OwnerId userId, @Nullable String reason) implements UserEvent {}

    /** Let in again, and with them their keys. */
    record UserEnabled(OwnerId userId) implements UserEvent {}

    /** The time of the person's access is over, for ever; made on time although nobody acts. */
    record UserAccessEnded(OwnerId userId, Instant accessEndsAt) implements UserEvent {}

    /**
     * The time of the person's access is over at another moment than before.
     *
     * @param accessEndsAt exclusive
     */
    record UserAccessExtended(OwnerId userId, Instant accessEndsAt) implements UserEvent {}

    /**
     * Who the person is, is known no more: name, login, address and sign-ins are gone from the table of people. They and
     * their keys are refused for ever; what they did stays, under an id that stands for nobody.
     *
     * @param reasonCode {@code requested}, {@code left}, {@code retention} or {@code mistake}: never words about the person
     */
    record UserErased(OwnerId userId, String reasonCode) implements UserEvent {}

    record RoleGranted(OwnerId userId, String role) implements UserEvent {}

    record RoleWithdrawn(OwnerId userId, String role) implements UserEvent {}

    /**
     * The person has signed in. From where is written beside the person, where it can be erased.
     *
     * @param method {@code password} or {@code oidc}
     * @param ip only in events from before there was a {@code signInId}; never written any more
     * @param userAgent as {@code ip}
     * @param signInId {@code sin_} and a ULID: names what is kept of it in the table of people; null in older events
     */
    record SignedIn(
            OwnerId userId,
            String method,
            @Nullable String ip,
            @Nullable String userAgent,
            @Nullable String signInId) implements UserEvent {}

    /** The person has signed out. */
    record SignedOut(OwnerId userId) implements UserEvent {}
}
