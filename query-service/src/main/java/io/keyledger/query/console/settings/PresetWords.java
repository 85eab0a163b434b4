package io.keyledger.query.console.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A built-in policy that can be put over the present one. What a preset does not name stays as it is.
 *
 * @param values by the names of the API
 */
public record PresetWords(String id, String title, String text, Map<String, Object> values) {

    static final List<PresetWords> ALL = List.of(
            new PresetWords(
                    "descriptive",
                    "S1: descriptive",
                    "Free names, keys on, revoked keys in sight; admins make and change everybody's keys.",
                    values(true, "descriptive", "owner", false, "central", "api-keys")),
            new PresetWords(
                    "strict-s2",
                    "S2: strict",
                    "Names of at most 30 letters, digits and underscores, unique in the tenant; revoked keys out of sight; keys are called access keys.",
                    values(true, "strict", "tenant", true, "central", "access-keys")),
            new PresetWords(
                    "hub-s3",
                    "S3: self-service hub",
                    "All keys off until a tenant admin switches them on; developers make their own keys, admins see all and revoke.",
                    values(false, "descriptive", "owner", false, "separated", "api-keys")));

    private static Map<String, Object> values(
            boolean enabled, String nameRule, String uniqueness, boolean hideRevoked, String roles, String wording) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(SettingWords.ENABLED, enabled);
        values.put("keys.nameRule", nameRule);
        values.put("keys.nameUniqueness", uniqueness);
        values.put("keys.hideRevoked", hideRevoked);
        values.put("roles.preset", roles);
        values.put("console.wording", wording);
        return values;
    }
}
