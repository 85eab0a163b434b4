package io.keyledger.command.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A policy that a tenant starts from. */
public enum Preset {
    /** Free names, keys on, revoked keys in sight. */
    DESCRIPTIVE("descriptive", Map.of()),
    /** Names of 30 letters, digits and underscores, unique in the tenant; revoked keys out of sight. */
    STRICT_S2(
            "strict-s2",
            Map.of(Setting.NAME_RULE, "strict", Setting.NAME_UNIQUENESS, "tenant", Setting.HIDE_REVOKED, "true")),
    /** Keys are off until an admin switches them on. */
    HUB_S3("hub-s3", Map.of(Setting.ENABLED, "false"));

    private final String wire;
    private final Map<Setting, String> values;

    Preset(String wire, Map<Setting, String> values) {
        this.wire = wire;
        this.values = values;
    }

    public String wire() {
        return wire;
    }

    public static @Nullable Preset ofWire(String wire) {
        for (Preset preset : values()) {
            if (preset.wire.equals(wire)) {
                return preset;
            }
        }
        return null;
    }

    /** Its value of a setting; null = not set. */
    @Nullable
    String value(Setting setting) {
        String own = values.get(setting);
        return own != null ? own : setting.preset();
    }
}
