package io.keyledger.events.access;

import io.keyledger.events.RecordJson;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a person is in a tenant. A person has any number of roles; what they may do together says {@link Grants}. */
public enum Role {
    /** Sees keys, reports and edges. */
    VIEWER,
    /** Reads, exports and verifies; changes nothing. */
    AUDITOR,
    /** Has keys of their own. */
    DEVELOPER,
    /** Governs all keys and the settings. */
    KEY_ADMIN,
    /** Governs people and roles, and the switch over all keys. */
    TENANT_ADMIN;

    /** The name on the wire, such as {@code key-admin}. */
    public String wire() {
        return RecordJson.wire(this);
    }

    /** The role of that wire name, or null. */
    public static @Nullable Role ofWire(String wire) {
        for (Role role : values()) {
            if (role.wire().equals(wire)) {
                return role;
            }
        }
        return null;
    }

    /** The roles of those wire names; names that this version does not know grant nothing and are passed over. */
    public static Set<Role> ofWire(Collection<String> wires) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String wire : wires) {
            Role role = ofWire(wire);
            if (role != null) {
                roles.add(role);
            }
        }
        return roles;
    }

    /** The wire names, each once, in the order of this enum: the one form of a set of roles. */
    public static List<String> wires(Set<Role> roles) {
        return roles.stream().sorted().map(Role::wire).toList();
    }
}
