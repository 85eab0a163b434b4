package io.keyledger.edge.server;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.RecordJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not the one asked for, as RFC 9457 has it.
 *
 * @param field of the request that is wrong, when it is one
 */
record Problem(Kind kind, String detail, @Nullable String field) {
    private static final String TYPE = "https://keyledger.io/problems/";

    /** Each has a page of its name. */
    enum Kind {
        BAD_REQUEST(400, "Bad request"),
        PLAIN_HTTP(400, "HTTPS only"),
        QUERY_CREDENTIAL(400, "Key in the query string"),
        UNAUTHORIZED(401, "Unauthorized"),
        FORBIDDEN(403, "Forbidden"),
        UNTRUSTED_CALLER(403, "Caller not trusted"),
        NO_SUCH_PATH(404, "No such path"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        REQUEST_TIMEOUT(408, "Request timeout"),
        BODY_TOO_LARGE(413, "Body too large"),
        URI_TOO_LONG(414, "URI too long"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
        EXPECTATION_FAILED(417, "Expectation failed"),
        RATE_LIMITED(429, "Too many requests"),
        QUOTA_EXCEEDED(429, "Quota used up"),
        THROTTLED(429, "Too many failed attempts"),
        HEADERS_TOO_LARGE(431, "Headers too large"),
        INTERNAL(500, "Internal error"),
        UNAVAILABLE(503, "Unavailable"),
        VERSION_NOT_SUPPORTED(505, "HTTP version not supported");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        int status() {
            return status;
        }

        String slug() {
            return RecordJson.wire(this);
        }
    }

    Problem(Kind kind, String detail) {
        this(kind, detail, null);
    }

    byte[] bytes(@Nullable String requestId) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("type", TYPE + kind.slug());
        members.put("title", kind.title);
        members.put("status", kind.status);
        members.put("detail", detail);
        members.put("field", field);
        members.put("requestId", requestId);
        return CanonicalJson.bytes(members);
    }
}
