package io.keyledger.command.policy;

import org.jspecify.annotations.Nullable;

/** A policy that a tenant starts from. */
public enum Preset {
    /** Free names, keys on, revoked keys in sight. */
    DESCRIPTIVE("descriptive"),
    /** Names of 30 letters, digits and underscores, unique in the tenant; revoked keys out of sight. */
    STRICT_S2("strict-s2"),
    /** Keys are off until an admin switches them on; developers have keys of their own, admins revoke. */
    HUB_S3("hub-s3");

    private final String wire;

    Preset(String wire) {
        this.wire = wire;
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
        return switch (this) {
            case DESCRIPTIVE -> setting.preset();
            case STRICT_S2 ->
                switch (setting) {
                    case NAME_RULE -> "strict";
                    case NAME_UNIQUENESS -> "tenant";
                    case HIDE_REVOKED -> "true";
                    case WORDING -> "access-keys";
                    default -> setting.preset();
                };
            case HUB_S3 ->
                switch (setting) {
                    case ENABLED -> "false";
                    case ROLES -> "separated";
                    default -> setting.preset();
                };
        };
    }
}
