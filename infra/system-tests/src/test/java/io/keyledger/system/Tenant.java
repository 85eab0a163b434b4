package io.keyledger.system;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One tenant, with the door of the API as its bootstrap key opens it. */
record Tenant(String id, String bootstrapKey, Door api) {

    /** A key that was just made, with the answer that showed it. */
    record Issued(String keyId, String credentialId, String key, Answer answer) {
        static Issued of(Answer answer) {
            return new Issued(answer.text("keyId"), answer.text("credentialId"), answer.text("key"), answer);
        }

        String position() {
            return answer.text("position");
        }

        @Override
        public String toString() {
            return keyId;
        }
    }

    /** Makes a key of that name and scope; further members come in pairs. */
    Issued create(String name, String scope, @Nullable Object... more) {
        return Issued.of(tryCreate(name, scope, more).expect(201));
    }

    Answer tryCreate(String name, String scope, @Nullable Object... more) {
        return api.post("/keys", body(name, scope, more));
    }

    static Map<String, @Nullable Object> body(String name, String scope, @Nullable Object... more) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("scope", scope);
        for (int i = 0; i < more.length; i += 2) {
            body.put(String.valueOf(more[i]), more[i + 1]);
        }
        return body;
    }

    Issued rotate(String keyId, String grace) {
        return Issued.of(api.post("/keys/" + keyId + "/rotate", Map.of("gracePeriod", grace))
                .expect(200));
    }

    Answer revoke(String keyId, String reason) {
        return api.post("/keys/" + keyId + "/revoke", Map.of("reason", reason, "reasonCode", "unspecified"));
    }

    Answer settings(Map<String, ? extends @Nullable Object> changes) {
        return api.put("/settings", changes);
    }

    /** The key's row, no older than what that answer told. */
    Answer row(String keyId, Answer after) {
        return api.get("/keys/" + keyId + "?minPosition=" + after.text("position"))
                .expect(200);
    }

    /** The API as the holder of another key sees it. */
    Door as(Issued issued) {
        return api.anonymous().as(issued.key());
    }
}
