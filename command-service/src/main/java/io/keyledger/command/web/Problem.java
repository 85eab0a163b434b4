package io.keyledger.command.web;

import io.keyledger.command.key.Refusal;
import io.keyledger.events.Scope;
import io.keyledger.verifier.Carriers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem: what went wrong, with the field, the limit and the fix; {@code type} is a page of the documentation.
 *
 * @param slug last part of the type
 * @param headers that go with it
 */
public record Problem(
        int status,
        String slug,
        String title,
        String detail,
        @Nullable String field,
        @Nullable Object limit,
        Map<String, String> headers) {
    public static final String MEDIA_TYPE = "application/problem+json";
    private static final String PAGES = "https://keyledger.io/problems/";
    private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    /** The problem that a refusal is for the one who asked. */
    public static Problem of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.MalformedJson r -> of(400, "malformed-json", "The body is not the JSON expected", r.where());
            case Refusal.UnknownField r ->
                of(
                                400,
                                "unknown-field",
                                "A field is not known here",
                                "%s is not known here; known are: %s."
                                        .formatted(r.field(), String.join(", ", r.known())))
                        .at(r.field());
            case Refusal.WrongType r ->
                of(
                                400,
                                "wrong-type",
                                "A field is of the wrong type",
                                "%s must be %s.".formatted(r.field(), r.expected()))
                        .at(r.field());
            case Refusal.MissingField r ->
                of(400, "missing-field", "A field is missing", "%s is required.".formatted(r.field()))
                        .at(r.field());
            case Refusal.InvalidValue r ->
                of(422, "invalid-value", "A value is not allowed", "%s must be %s.".formatted(r.field(), r.allowed()))
                        .at(r.field());
            case Refusal.TooLong r ->
                of(
                                422,
                                "too-long",
                                "A value is too long",
                                "%s may hold at most %d; make it shorter.".formatted(r.field(), r.limit()))
                        .at(r.field())
                        .limit(r.limit());
            case Refusal.HoldsSecret r ->
                of(
                                422,
                                "holds-secret",
                                "The text holds a key",
                                "%s holds a well-formed key, which would be kept for ever. Leave it out, and revoke that key."
                                        .formatted(r.field()))
                        .at(r.field());
            case Refusal.BodyTooLarge r ->
                of(413, "body-too-large", "The body is too large", "At most %d bytes are read.".formatted(r.limit()))
                        .limit(r.limit());
            case Refusal.UnsupportedMediaType _ ->
                of(
                        415,
                        "unsupported-media-type",
                        "The body is of another media type",
                        "Send JSON as Content-Type: application/json.");
            case Refusal.MethodNotAllowed r ->
                of(
                                405,
                                "method-not-allowed",
                                "This method is not for this path",
                                "Allowed here: %s.".formatted(String.join(", ", r.allowed())))
                        .with(Map.of("Allow", String.join(", ", r.allowed())));
            case Refusal.NoSuchPath _ -> of(404, "no-such-path", "Nothing is here", "See the API's description.");
            case Refusal.BadRequest _ ->
                of(400, "bad-request", "The request cannot be read", "A part of it is not of the form expected.");
            case Refusal.NoSuchKey _ -> of(404, "no-such-key", "There is no such key", "Check the keyId.");
            case Refusal.NotActive r ->
                of(
                        409,
                        "not-active",
                        "The key is not active",
                        "It is %s, which is final; create another key.".formatted(r.status()));
            case Refusal.NotSuspended _ ->
                of(409, "not-suspended", "The key is not suspended", "Only a suspended key can be resumed.");
            case Refusal.AlreadySuspended _ ->
                of(409, "already-suspended", "The key is suspended", "Resume it first; or revoke it.");
            case Refusal.StillInGrace r ->
                of(
                                409,
                                "still-in-grace",
                                "The last rotation's grace has not ended",
                                "A key has at most two good secrets at once. Rotate again after %s."
                                        .formatted(r.endsAt()))
                        .limit(r.endsAt().toString());
            case Refusal.GraceTooLong r ->
                of(
                                422,
                                "grace-too-long",
                                "The grace period is too long",
                                "gracePeriod may be at most %s (keys.maxGrace).".formatted(r.limit()))
                        .at("gracePeriod")
                        .limit(r.limit());
            case Refusal.NameTaken r ->
                of(
                                409,
                                "name-taken",
                                "The name is taken",
                                "Another key of the same %s has this name, upper and lower case being alike; choose another."
                                        .formatted(r.where()))
                        .at("name");
            case Refusal.TooManyKeys r ->
                of(
                                409,
                                "too-many-keys",
                                "The owner has all the keys it may have",
                                "%s may have at most %d (%s); revoke one first."
                                        .formatted(r.owner(), r.limit(), r.setting()))
                        .at("owner")
                        .limit(r.limit());
            case Refusal.ExpiryRequired _ ->
                of(
                                422,
                                "expiry-required",
                                "Every key needs an expiry here",
                                "Give expiresIn or expiresAt (keys.expiryRequired).")
                        .at("expiresIn");
            case Refusal.ExpiryTooLate r ->
                of(
                                422,
                                "expiry-too-late",
                                "The expiry is too late",
                                "A key may live until %s at most.".formatted(r.limit()))
                        .at(r.field())
                        .limit(r.limit());
            case Refusal.ExpiryInThePast _ ->
                of(422, "expiry-in-the-past", "The expiry is past", "expiresAt must be in the future.")
                        .at("expiresAt");
            case Refusal.Conflict _ ->
                of(409, "conflict", "Somebody else changed the same thing", "Send the request again.")
                        .with(RETRY);
            case Refusal.NoSuchUser _ -> of(404, "no-such-user", "There is no such user", "Check the userId.");
            case Refusal.LoginTaken _ ->
                of(
                                409,
                                "login-taken",
                                "The login is taken",
                                "Another user of this tenant signs in by it, upper and lower case being alike; choose another.")
                        .at("login");
            case Refusal.LastTenantAdmin _ ->
                of(
                        409,
                        "last-tenant-admin",
                        "Nobody would be left to govern users",
                        "Make another user a tenant-admin first.");
            case Refusal.AlreadyDisabled _ ->
                of(409, "already-disabled", "The user is disabled", "Enable the user first.");
            case Refusal.NotDisabled _ ->
                of(409, "not-disabled", "The user is not disabled", "Only a disabled user can be enabled.");
            case Refusal.Erased _ ->
                of(
                        409,
                        "user-erased",
                        "The user was erased",
                        "Who it was is known no more, for ever; create another user.");
            case Refusal.AccessEnded r ->
                of(
                                409,
                                "access-ended",
                                "The user's access is over",
                                "It ended at %s, for ever; create another user.".formatted(r.endedAt()))
                        .limit(r.endedAt().toString());
            case Refusal.NotEntitled _ ->
                of(
                        403,
                        "self-service-not-entitled",
                        "Keys of one's own are not part of this tenant's licence",
                        "Ask the operator of the platform for the entitlement (entitlements.selfService).");
            case Refusal.KeysSwitchedOff _ ->
                of(
                        409,
                        "keys-switched-off",
                        "API keys are switched off",
                        "Ask a tenant-admin to switch them on (keys.enabled).");
            case Refusal.RoleMissing r ->
                of(
                        403,
                        "role-missing",
                        "A role is missing",
                        "It takes the role %s; ask a tenant-admin for it.".formatted(r.role()));
            case Refusal.ScopeAboveCeiling r ->
                of(
                                403,
                                "scope-above-ceiling",
                                "The scope is wider than your own rights",
                                "With your roles a key can have the scope %s at most.".formatted(r.ceiling()))
                        .at("scope")
                        .limit(r.ceiling());
            case Refusal.AdminScopeReserved _ ->
                of(
                                403,
                                "admin-scope-reserved",
                                "Keys of scope admin are for tenant-admins",
                                "Such a key writes users and roles, so that only who may do so (users:write) makes one, widens"
                                        + " a key to it or gets its secret. Choose read-write, or ask a tenant-admin.")
                        .at("scope")
                        .limit(Scope.READ_WRITE.wire());
            case Refusal.PolicyOfCaller _ ->
                of(
                                403,
                                "policy-of-caller",
                                "Your own key has a usage policy",
                                "With it you make, change and get the secret only of keys under the very same policy. Leave"
                                        + " policy out, or ask with a key without one.")
                        .at("policy");
            case Refusal.BootstrapKey _ ->
                of(
                        403,
                        "bootstrap-key",
                        "A bootstrap key keeps its one secret",
                        "Ask the operator of the platform for another one (keyledger bootstrap).");
            case Refusal.RecoverableOff _ ->
                of(
                                409,
                                "recoverable-off",
                                "Recoverable keys are switched off",
                                "Nobody makes one or is shown one; switch them on (keys.recoverable), or rotate the key.")
                        .at("recoverable");
            case Refusal.NotRecoverable _ ->
                of(
                        409,
                        "not-recoverable",
                        "The key's secret is not kept",
                        "Only a hash of it is: rotate the key for a new secret.");
            case Refusal.VaultMissing _ ->
                of(
                                409,
                                "vault-missing",
                                "This installation cannot keep secrets",
                                "It has no key-encryption key; the operator names its file in keyledger.command.vault-keys.")
                        .at("keys.recoverable");
            case Refusal.SecretUnreadable _ ->
                of(
                        409,
                        "secret-unreadable",
                        "The kept secret cannot be read",
                        "It was changed, or its key-encryption key is not here. Tell the operator, and rotate the key.");
            case Refusal.FreshSignInNeeded _ ->
                of(
                        403,
                        "fresh-sign-in-needed",
                        "Prove again who you are",
                        "Sign in to the console, give your password there once more, and ask again within five minutes. A"
                                + " personal token cannot stand in for it.");
            case Refusal.OperatorOnly r ->
                of(
                                403,
                                "operator-only",
                                "Only the operator sets this",
                                "%s is set by the operator of the platform.".formatted(r.setting()))
                        .at(r.setting());
            case Refusal.NoSuchTenant _ -> of(404, "no-such-tenant", "There is no such tenant", "Check the tenantId.");
            case Refusal.HostTaken _ ->
                of(
                                409,
                                "host-taken",
                                "Another tenant has this host name",
                                "Choose another one, or take it from that tenant first.")
                        .at("host");
            case Refusal.TenantExists r ->
                of(
                                409,
                                "tenant-exists",
                                "The tenant exists",
                                "%s exists; choose another tenantId.".formatted(r.tenant()))
                        .at("tenantId");
            case Refusal.NoSuchBarrier _ ->
                of(
                        404,
                        "no-such-barrier",
                        "There is no such barrier",
                        "Take the address from the answer that names it.");
            case Refusal.NoSuchEdge _ ->
                of(
                        404,
                        "no-such-edge",
                        "There is no such edge",
                        "No edge of this id was ever heard; `keyledger edge list` and GET /api/v1/edges name all.");
            case Refusal.UnknownSetting r ->
                of(
                                422,
                                "unknown-setting",
                                "There is no such setting",
                                "%s is no setting; GET lists all.".formatted(r.name()))
                        .at(r.name());
            case Refusal.IdempotencyKeyReused _ ->
                of(
                                422,
                                "idempotency-key-reused",
                                "The Idempotency-Key belongs to another request",
                                "It came before with another method, path or body; use a new one for each command.")
                        .at("Idempotency-Key");
            case Refusal.Unauthorized _ ->
                of(
                                401,
                                "unauthorized",
                                "A valid key is needed",
                                "Send exactly one of: Authorization: ApiKey <key>, Authorization: Bearer <key>, X-API-Key: <key>.")
                        .with(Map.of("WWW-Authenticate", Carriers.CHALLENGE));
            case Refusal.Forbidden r ->
                of(
                        403,
                        "forbidden",
                        "The key may not do this",
                        "It takes a key with the permission %s.".formatted(r.permission()));
            case Refusal.OutsidePolicy _ ->
                of(
                        403,
                        "outside-policy",
                        "The key's usage policy does not allow this",
                        "The key may do it, but not so, from here or now. The audit names the condition; who governs the key"
                                + " can change its policy.");
            case Refusal.NotPermitted r ->
                of(
                        403,
                        "not-permitted",
                        "Your roles do not allow this",
                        "It takes the permission %s; ask a tenant-admin for a role that has it."
                                .formatted(r.permission()));
            case Refusal.PersonNeeded _ ->
                of(
                        403,
                        "person-needed",
                        "Only a person may do this",
                        "Sign in and do it for yourself: a personal token and its secret are for its owner alone.");
            case Refusal.SignInFailed _ ->
                of(401, "sign-in-failed", "You are not signed in", "The login or the password is wrong.");
            case Refusal.TooManyTries r ->
                of(429, "too-many-tries", "Too many tries", "Wait %d seconds and try again.".formatted(r.seconds()))
                        .with(Map.of("Retry-After", Long.toString(r.seconds())))
                        .limit(r.seconds());
            case Refusal.PeerNotAllowed _ ->
                of(403, "peer-not-allowed", "This peer may not ask for this", "Call the public API instead.");
            case Refusal.DatabaseAway _ ->
                of(
                                503,
                                "database-away",
                                "The platform cannot decide now",
                                "Nothing was changed, as far as is known; repeat it with its Idempotency-Key.")
                        .with(RETRY);
            case Refusal.TooBusy _ ->
                of(503, "too-busy", "Too many commands at once", "Nothing was changed; send it again.")
                        .with(RETRY);
            case Refusal.SpoolFull _ ->
                of(503, "spool-full", "The use cannot be recorded", "Nothing was changed; send it again.")
                        .with(RETRY);
            case Refusal.Internal _ ->
                of(500, "internal", "The platform has made a mistake", "Tell its operators the requestId.");
        };
    }

    private static Problem of(int status, String slug, String title, String detail) {
        return new Problem(status, slug, title, detail, null, null, Map.of());
    }

    private Problem at(String newField) {
        return new Problem(status, slug, title, detail, newField, limit, headers);
    }

    private Problem limit(Object newLimit) {
        return new Problem(status, slug, title, detail, field, newLimit, headers);
    }

    private Problem with(Map<String, String> newHeaders) {
        return new Problem(status, slug, title, detail, field, limit, newHeaders);
    }

    /** The JSON object. */
    public Map<String, Object> body(@Nullable String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", PAGES + slug);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        if (field != null) {
            body.put("field", field);
        }
        if (limit != null) {
            body.put("limit", limit);
        }
        if (requestId != null) {
            body.put("requestId", requestId);
        }
        return body;
    }
}
