package io.keyledger.query.web;

import java.time.Instant;
import java.util.List;

/**
 * Every way in which the public origin itself says no; what command-service refuses is passed on as it is. None holds a
 * value that the caller sent: it may be a secret.
 */
public sealed interface Refusal {

    // What was sent is not of the form.

    /** @param name shown only when it is a plain word */
    record UnknownParameter(String name, List<String> known) implements Refusal {}

    record RepeatedParameter(String name) implements Refusal {}

    record InvalidParameter(String name, String allowed) implements Refusal {}

    /** @param limit inclusive bounds or a length, as {@code 1..500} */
    record OutOfBounds(String name, String limit) implements Refusal {}

    /**
     * A cursor of the audit that is not good here.
     *
     * @param ours whether this platform gave it, but for another tenant or other filters
     */
    record InvalidCursor(boolean ours) implements Refusal {}

    /** A body that is no JSON object; the place alone is told, for what stands there may be a secret. */
    record MalformedJson(String where) implements Refusal {}

    /** @param name shown only when it is a plain word */
    record UnknownField(String name, List<String> known) implements Refusal {}

    record MissingField(String name) implements Refusal {}

    record InvalidValue(String name, String allowed) implements Refusal {}

    /** A path with dot segments, doubled or encoded slashes, or anything else that two readers may read differently. */
    record AmbiguousPath() implements Refusal {}

    record NoSuchPath() implements Refusal {}

    record MethodNotAllowed(List<String> allowed) implements Refusal {}

    record BodyTooLarge(long limit) implements Refusal {}

    /** The connection broke, or the server could not read the request. */
    record BadRequest() implements Refusal {}

    /** The host name that was asked is no tenant's, and there are several tenants. */
    record UnknownHost() implements Refusal {}

    /** A page of somebody else made the browser send it. */
    record CrossSite() implements Refusal {}

    /** A form without the token of the session that it was made for. */
    record FormExpired() implements Refusal {}

    // Nothing there.

    /** It does not exist, is deleted, or is another tenant's: these look alike. */
    record NoSuchKey() implements Refusal {}

    /** It was there only later. */
    record NotYetCreated(Instant createdAt) implements Refusal {}

    /** None of that id, another tenant's, or one that is forgotten. */
    record NoSuchSimulation() implements Refusal {}

    // The caller may not.

    record Unauthorized() implements Refusal {}

    record Forbidden(String permission) implements Refusal {}

    /** A person who has not signed in, or not lately enough. */
    record NotSignedIn() implements Refusal {}

    /** A signed-in person whose roles do not hold it. */
    record NotYours(String permission) implements Refusal {}

    // The platform cannot, for now.

    record DatabaseAway() implements Refusal {}

    record SearchAway() implements Refusal {}

    /** @param sent whether the request was on its way, so that it may have been carried out */
    record CommandServiceAway(boolean sent) implements Refusal {}

    record PositionNotReached(String position) implements Refusal {}

    /** The store is being made again and has not come to where the cursor is. */
    record CursorAhead() implements Refusal {}

    /** As many requests as may wait do so already. */
    record TooManyWaiting(long limit) implements Refusal {}

    /** Too many long questions wait already. */
    record TooBusy() implements Refusal {}

    /** The view that decides about keys is not ready, or too old. */
    record NotReady() implements Refusal {}

    /** A bug: the log says which, under the request's id. */
    record Internal() implements Refusal {}
}
