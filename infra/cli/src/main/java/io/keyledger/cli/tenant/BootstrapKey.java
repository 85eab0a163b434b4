package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Installation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The key that an answer holds and nobody is shown: it goes from the answer into its file. */
final class BootstrapKey {
    private static final String KEY = "key";

    private BootstrapKey() {}

    /** @return false when the answer holds no key: it was in an earlier one */
    static boolean keep(@Nullable Object answer, Path file) {
        if (answer instanceof Map<?, ?> members && members.get(KEY) instanceof String key) {
            Installation.writeKey(file, key);
            return true;
        }
        return false;
    }

    static Map<String, Object> withoutSecret(@Nullable Object answer, @Nullable Path file) {
        Map<String, Object> shown = new LinkedHashMap<>();
        if (answer instanceof Map<?, ?> members) {
            members.forEach((name, value) -> shown.put(String.valueOf(name), value));
        }
        shown.remove(KEY);
        if (file != null) {
            shown.put("keyFile", file.toString());
        }
        return shown;
    }
}
