package io.keyledger.events.access;

import io.keyledger.events.RecordJson;
import org.jspecify.annotations.Nullable;

/** Which of the two built-in sets of roles a tenant has: its setting {@code roles.preset}. */
public enum RolePreset {
    /** Admins make, change and end everybody's keys. */
    CENTRAL,
    /** Developers make, change and delete their own keys; admins see all and revoke. */
    SEPARATED;

    /** The name on the wire: {@code central} or {@code separated}. */
    public String wire() {
        return RecordJson.wire(this);
    }

    /** The preset of that wire name, or null. */
    public static @Nullable RolePreset ofWire(String wire) {
        for (RolePreset preset : values()) {
            if (preset.wire().equals(wire)) {
                return preset;
            }
        }
        return null;
    }
}
