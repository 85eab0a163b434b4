package io.keyledger.command.key;

import java.time.Instant;
import java.util.List;

/**
 * Every way to say no. None holds anything that the caller sent, but for what is known to be harmless: a refused value
 * may be a secret.
 */
public sealed interface Refusal {

    // What was sent is not of the form.

    /** @param where line and column, or what else is wrong with it */
    record MalformedJson(String where) implements Refusal {}

    record UnknownField(String field, List<String> known) implements Refusal {}

    record WrongType(String field, String expected) implements Refusal {}

    record MissingField(String field) implements Refusal {}

    record InvalidValue(String field, String allowed) implements Refusal {}

    record TooLong(String field, int limit) implements Refusal {}

    /** The text holds a well-formed key: a secret must not be filed in the audit. */
    record HoldsSecret(String field) implements Refusal {}

    record BodyTooLarge(long limit) implements Refusal {}

    record UnsupportedMediaType() implements Refusal {}

    record MethodNotAllowed(List<String> allowed) implements Refusal {}

    record NoSuchPath() implements Refusal {}

    record BadRequest() implements Refusal {}

    // The key's state or the tenant's policy is against it.

    /** It does not exist, is deleted, or is another tenant's: these look alike. */
    record NoSuchKey() implements Refusal {}

    record NotActive(String status) implements Refusal {}

    record NotSuspended() implements Refusal {}

    record AlreadySuspended() implements Refusal {}

    record StillInGrace(Instant endsAt) implements Refusal {}

    record GraceTooLong(String limit) implements Refusal {}

    /** @param where {@code owner} or {@code tenant}: what it has to be unique in */
    record NameTaken(String where) implements Refusal {}

    /** @param setting the one that limits it */
    record TooManyKeys(String owner, int limit, String setting) implements Refusal {}

    record ExpiryRequired() implements Refusal {}

    record ExpiryTooLate(String field, String limit) implements Refusal {}

    record ExpiryInThePast() implements Refusal {}

    /** Somebody else changed the same thing at the same moment, again and again. */
    record Conflict() implements Refusal {}

    // The person's state is against it, or that of the tenant's people.

    /** It does not exist or is another tenant's: these look alike. */
    record NoSuchUser() implements Refusal {}

    record LoginTaken() implements Refusal {}

    /** Nobody would be left who governs people and roles. */
    record LastTenantAdmin() implements Refusal {}

    record AlreadyDisabled() implements Refusal {}

    record NotDisabled() implements Refusal {}

    /** Who the person was is known no more, and nothing about them changes. */
    record Erased() implements Refusal {}

    record AccessEnded(Instant endedAt) implements Refusal {}

    /** The operator has not allowed the tenant that people make keys of their own. */
    record NotEntitled() implements Refusal {}

    record KeysSwitchedOff() implements Refusal {}

    record RoleMissing(String role) implements Refusal {}

    /** @param ceiling wire name of the widest scope that the person's keys can have */
    record ScopeAboveCeiling(String ceiling) implements Refusal {}

    /** A key of scope admin writes users and roles: it is for those who may do so themselves. */
    record AdminScopeReserved() implements Refusal {}

    /** Who asks does so with a key under a usage policy, and would get or give a key that is not under the same. */
    record PolicyOfCaller() implements Refusal {}

    /** The platform's own key gets no new secret, whoever asks: the operator makes another one. */
    record BootstrapKey() implements Refusal {}

    /** The tenant has no recoverable keys, or not any more. */
    record RecoverableOff() implements Refusal {}

    /** Its secret is not kept. */
    record NotRecoverable() implements Refusal {}

    /** This installation has no key-encryption key. */
    record VaultMissing() implements Refusal {}

    /** The kept secret was changed, or its key-encryption key is not here. */
    record SecretUnreadable() implements Refusal {}

    /** The person has to prove again who they are. */
    record FreshSignInNeeded() implements Refusal {}

    record OperatorOnly(String setting) implements Refusal {}

    // The tenant.

    record NoSuchTenant() implements Refusal {}

    record TenantExists(String tenant) implements Refusal {}

    /** Another tenant has this host name. */
    record HostTaken() implements Refusal {}

    record NoSuchBarrier() implements Refusal {}

    record NoSuchEdge() implements Refusal {}

    record UnknownSetting(String name) implements Refusal {}

    record IdempotencyKeyReused() implements Refusal {}

    // The caller may not.

    record Unauthorized() implements Refusal {}

    record Forbidden(String permission) implements Refusal {}

    /** The usage policy of the key is against it. */
    record OutsidePolicy() implements Refusal {}

    /** As {@link Forbidden}, of a person: their roles do not hold the permission, or not on this. */
    record NotPermitted(String permission) implements Refusal {}

    /** Only a person who is signed in may do it, for themselves. */
    record PersonNeeded() implements Refusal {}

    /** Nobody of that name and password: which of the two is wrong is not said. */
    record SignInFailed() implements Refusal {}

    /** @param seconds until another try is looked at */
    record TooManyTries(long seconds) implements Refusal {}

    /** The peer of the connection is none that may ask for this. */
    record PeerNotAllowed() implements Refusal {}

    // The platform cannot, for now.

    record DatabaseAway() implements Refusal {}

    record TooBusy() implements Refusal {}

    record SpoolFull() implements Refusal {}

    /** A bug: the log says which, under the request's id. */
    record Internal() implements Refusal {}
}
