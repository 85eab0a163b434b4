package io.keyledger.command.key;

import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A key as the answers to commands show it. */
public final class KeyBody {
    private KeyBody() {}

    public static Map<String, @Nullable Object> of(ApiKey key) {
        Facts f = ApiKey.facts(key);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("keyId", f.keyId().value());
        body.put("credentialId", f.current().value());
        body.put("name", f.name());
        if (f.description() != null) {
            body.put("description", f.description());
        }
        body.put("scope", f.scope().wire());
        body.put("status", ApiKey.status(key));
        body.put("owner", f.owner().value());
        if (f.recoverable()) {
            body.put("recoverable", true);
        }
        UsagePolicy usage = f.usage();
        if (usage != null) {
            body.put("policy", RecordJson.toMap(usage));
        }
        if (f.expiresAt() != null) {
            body.put("expiresAt", RecordJson.time(f.expiresAt()));
        }
        return body;
    }

    /** Only which key and where it stands. */
    public static Map<String, @Nullable Object> brief(ApiKey key) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("keyId", ApiKey.facts(key).keyId().value());
        body.put("status", ApiKey.status(key));
        return body;
    }
}
