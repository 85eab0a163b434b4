package io.keyledger.query.web;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.RecordJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as RFC 9457 says it.
 *
 * @param slug names the page {@code docs/problems/<slug>.md}
 * @param detail what is wrong and what to do about it
 * @param field the parameter at fault, if one is
 * @param limit what it has to keep to, if there is such a thing
 * @param retryAfterSeconds 0 when trying again is no help
 */
public record Problem(
        int status,
        String slug,
        String title,
        String detail,
        @Nullable String field,
        @Nullable String limit,
        int retryAfterSeconds) {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String PAGES = "https://keyledger.io/problems/";

    public static Problem of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.UnknownParameter r ->
                of(
                                400,
                                "unknown-parameter",
                                "Unknown parameter",
                                "Leave it out. Known here: %s."
                                        .formatted(r.known().isEmpty() ? "none" : String.join(", ", r.known())))
                        .at(r.name(), null);
            case Refusal.RepeatedParameter r ->
                of(400, "repeated-parameter", "Repeated parameter", "Give it once.")
                        .at(r.name(), null);
            case Refusal.InvalidParameter r ->
                of(400, "invalid-parameter", "Invalid parameter", "It must be %s.".formatted(r.allowed()))
                        .at(r.name(), null);
            case Refusal.OutOfBounds r ->
                of(400, "invalid-parameter", "Invalid parameter", "It must keep to %s.".formatted(r.limit()))
                        .at(r.name(), r.limit());
            case Refusal.InvalidCursor r ->
                of(
                                400,
                                "invalid-cursor",
                                "Invalid cursor",
                                r.ours()
                                        ? "It belongs to another tenant or to other filters. Ask what you asked when"
                                                + " you got it, or leave it out to begin again."
                                        : "It was not given by this platform, or was changed. Send the one of the last"
                                                + " answer as it came, or leave it out to begin again.")
                        .at("after", null);
            case Refusal.MalformedJson r ->
                of(400, "malformed-json", "Malformed JSON", "Send one JSON object: %s.".formatted(r.where()));
            case Refusal.UnknownField r ->
                of(
                                400,
                                "unknown-field",
                                "Unknown field",
                                "Leave it out. Known here: %s.".formatted(String.join(", ", r.known())))
                        .at(r.name(), null);
            case Refusal.MissingField r ->
                of(400, "missing-field", "Missing field", "Give it a value.").at(r.name(), null);
            case Refusal.InvalidValue r ->
                of(422, "invalid-value", "Invalid value", "It must be %s.".formatted(r.allowed()))
                        .at(r.name(), null);
            case Refusal.AmbiguousPath _ ->
                of(
                        400,
                        "ambiguous-path",
                        "Ambiguous path",
                        "Send the path in its plain form: letters, digits, '-', '_', '.' and single slashes,"
                                + " nothing percent-encoded, no dot segments.");
            case Refusal.NoSuchPath _ ->
                of(404, "no-such-path", "No such path", "See /api/v1/openapi.yaml for what there is.");
            case Refusal.MethodNotAllowed r ->
                of(
                        405,
                        "method-not-allowed",
                        "Method not allowed",
                        "This path takes %s.".formatted(String.join(", ", r.allowed())));
            case Refusal.BodyTooLarge r ->
                of(413, "body-too-large", "Body too large", "Send at most %d bytes.".formatted(r.limit()))
                        .at(null, Long.toString(r.limit()));
            case Refusal.BadRequest _ ->
                of(400, "bad-request", "Bad request", "The request is not well-formed HTTP, or not HTTPS.");
            case Refusal.UnknownHost _ ->
                of(
                        421,
                        "unknown-host",
                        "Nobody is served under this host name",
                        "Use the address of your tenant. An operator gives it one with: keyledger tenant host.");
            case Refusal.CrossSite _ ->
                of(
                        403,
                        "cross-site",
                        "Sent by another site",
                        "A page of another site made your browser send this, so nothing was done. Open the console"
                                + " itself and do it there.");
            case Refusal.FormExpired _ ->
                of(
                        403,
                        "form-expired",
                        "This form is too old",
                        "You have signed in or out since the form was opened, so nothing was done. Go back, reload the"
                                + " page and send it again.");
            case Refusal.NotSignedIn _ ->
                of(401, "not-signed-in", "Sign in first", "This page is for people who have signed in.");
            case Refusal.NotYours r ->
                of(
                        403,
                        "not-yours",
                        "Your roles do not allow this",
                        "It takes the permission %s. Ask a tenant admin for a role that holds it."
                                .formatted(r.permission()));
            case Refusal.NoSuchKey _ ->
                of(404, "no-such-key", "No such key", "Look for its id in the list of keys of your tenant.");
            case Refusal.NoSuchSimulation _ ->
                of(
                        404,
                        "no-such-simulation",
                        "No such simulation",
                        "Simulations are kept in memory, the last hundred of them. Ask the question again.");
            case Refusal.TooBusy _ ->
                of(503, "too-busy", "Too busy", "As many simulations wait as may. Try again.")
                        .retry(10);
            case Refusal.NotYetCreated r ->
                of(
                                404,
                                "not-yet-created",
                                "Not yet created",
                                "At that moment it was not there. It was created at %s: ask for that moment or a later one."
                                        .formatted(RecordJson.time(r.createdAt())))
                        .at("asOf", RecordJson.time(r.createdAt()));
            case Refusal.Unauthorized _ ->
                of(
                        401,
                        "unauthorized",
                        "Unauthorized",
                        "Send one valid key, as 'Authorization: ApiKey <key>', 'Authorization: Bearer <key>' or"
                                + " 'X-API-Key: <key>'.");
            case Refusal.Forbidden r ->
                of(403, "forbidden", "Forbidden", "It takes a key whose scope holds %s.".formatted(r.permission()));
            case Refusal.DatabaseAway _ ->
                of(503, "database-away", "Database away", "Nothing is lost. Try again.")
                        .retry(2);
            case Refusal.SearchAway _ ->
                of(503, "search-away", "Search away", "Only full-text search is affected: leave q out, or try again.")
                        .at("q", null)
                        .retry(5);
            case Refusal.CommandServiceAway r ->
                of(
                                503,
                                "command-service-away",
                                "Command service away",
                                r.sent()
                                        ? "The command may or may not have been carried out: repeat it with the same"
                                                + " Idempotency-Key, or look before you repeat it."
                                        : "The command was not carried out. Try again.")
                        .retry(2);
            case Refusal.PositionNotReached r ->
                of(
                                503,
                                "position-not-reached",
                                "Position not reached",
                                "The read store has not come that far yet. Try again.")
                        .at("minPosition", null)
                        .retry(1);
            case Refusal.CursorAhead _ ->
                of(
                                503,
                                "position-not-reached",
                                "Position not reached",
                                "The read store is being made again and has not come as far as this cursor. Nothing is"
                                        + " lost. Try again.")
                        .at("after", null)
                        .retry(5);
            case Refusal.TooManyWaiting r ->
                of(
                                503,
                                "too-many-waiting",
                                "Too many waiting",
                                "Only %d requests may wait for events at a time. Ask without wait, or try again."
                                        .formatted(r.limit()))
                        .at("wait", Long.toString(r.limit()))
                        .retry(10);
            case Refusal.NotReady _ ->
                of(503, "not-ready", "Not ready", "The keys are being read. Try again.")
                        .retry(1);
            case Refusal.Internal _ ->
                of(500, "internal", "Internal error", "This is a bug. The log has the details under the request's id.");
        };
    }

    private static Problem of(int status, String slug, String title, String detail) {
        return new Problem(status, slug, title, detail, null, null, 0);
    }

    private Problem at(@Nullable String field, @Nullable String limit) {
        return new Problem(status, slug, title, detail, field, limit, retryAfterSeconds);
    }

    private Problem retry(int seconds) {
        return new Problem(status, slug, title, detail, field, limit, seconds);
    }

    /** The body. */
    public byte[] json(@Nullable String requestId) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("type", PAGES + slug);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.put("field", field);
        members.put("limit", limit);
        members.put("requestId", requestId);
        return CanonicalJson.bytes(members);
    }
}
