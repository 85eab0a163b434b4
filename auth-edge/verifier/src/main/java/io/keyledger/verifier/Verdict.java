package io.keyledger.verifier;

import io.keyledger.events.RecordJson;
import org.jspecify.annotations.Nullable;

/**
 * The answer to "may this request pass?".
 *
 * @param credential whose secret was presented; null unless the secret was that credential's own
 * @param permission what was asked for; null when nothing was
 */
public record Verdict(
        Code code,
        @Nullable Credential credential,
        @Nullable String permission) {

    public static Verdict refused(Code code, @Nullable String permission) {
        return new Verdict(code, null, permission);
    }

    public boolean accepted() {
        return code == Code.ACCEPTED;
    }

    /** Why. The asking gateway, the audit and the metrics learn it; the bearer learns {@link #status} only. */
    public enum Code {
        ACCEPTED(200),
        /** Wrong length, alphabet or checksum. */
        MALFORMED(401),
        /** No credential of that id. */
        UNKNOWN(401),
        /** The id is known, the secret is not its own. */
        MISMATCH(401),
        REVOKED(401),
        EXPIRED(401),
        /** Replaced by a rotation, its grace over. */
        REPLACED(401),
        DELETED(401),
        SUSPENDED(401),
        /** The tenant has switched API keys off, or the owner is a person who is disabled. */
        DISABLED(401),
        /** The key's scope does not hold the permission. */
        FORBIDDEN(403),
        NO_CREDENTIAL(401),
        MANY_CREDENTIALS(401),
        /** A key in a query string: it has been seen by every log on the way. */
        QUERY_CREDENTIAL(401),
        /** The view may be too old to trust for this key. */
        STALE(503),
        /** The edge has not yet read everything once. */
        STARTING(503),
        /** The use could not be recorded, so it did not happen. */
        SPOOL_FULL(503),
        /** A key over a connection without TLS. */
        PLAIN_HTTP(401),
        /** A person who could not prove who they are. */
        SIGN_IN(401),
        /** A word for a person that is not to be believed. */
        ASSERTION(401),
        /** A key of one tenant at the host name of another. */
        WRONG_HOST(401),
        /** The key's usage policy does not hold the permission. */
        PERMISSION_NOT_ALLOWED(403),
        /** The key's usage policy names no route of that method and path. */
        ROUTE_NOT_ALLOWED(403),
        /** The client's address, or an address that nobody vouched for, is not in the ranges of the key's usage policy. */
        ADDRESS_NOT_ALLOWED(403),
        /** The client's country, or one that could not be told, is none of the key's usage policy. */
        COUNTRY_NOT_ALLOWED(403),
        /** Not in the hours of the key's usage policy. */
        OUTSIDE_HOURS(403),
        /** Before the key's usage policy begins. */
        NOT_YET_VALID(401),
        /** A rate of the key's usage policy has no room now. */
        RATE_LIMITED(429),
        /** A quota of the key's usage policy is used up. */
        QUOTA_EXCEEDED(429),
        /** Too many failed attempts from that address: nothing was looked at. */
        THROTTLED(429);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        /** The HTTP status for the bearer. */
        public int status() {
            return status;
        }

        /** The name on the wire, such as {@code no-credential}. */
        public String wire() {
            return RecordJson.wire(this);
        }
    }
}
