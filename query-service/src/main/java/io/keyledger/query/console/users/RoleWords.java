package io.keyledger.query.console.users;

import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Permission;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A role in words, for who has to choose one. What it may do comes from the very table that decides.
 *
 * @param wire its name in the API
 * @param may what it may do, each in a few words
 */
public record RoleWords(String wire, String name, String purpose, List<String> may) {

    /** All roles, as a tenant has them that has chosen nothing else. */
    public static List<RoleWords> defaults() {
        return all(RolePreset.CENTRAL);
    }

    /** All roles, as a tenant with that preset has them. */
    static List<RoleWords> all(RolePreset preset) {
        return Arrays.stream(Role.values()).map(role -> of(role, preset)).toList();
    }

    static RoleWords of(Role role, RolePreset preset) {
        return new RoleWords(role.wire(), name(role), purpose(role), may(Grants.of(EnumSet.of(role), preset)));
    }

    /** The name for people. */
    static String name(Role role) {
        return switch (role) {
            case VIEWER -> "Viewer";
            case AUDITOR -> "Auditor";
            case DEVELOPER -> "Developer";
            case KEY_ADMIN -> "Key admin";
            case TENANT_ADMIN -> "Tenant admin";
        };
    }

    private static String purpose(Role role) {
        return switch (role) {
            case VIEWER -> "Looks, and changes nothing.";
            case AUDITOR -> "Reads and exports the audit; changes nothing.";
            case DEVELOPER -> "Has keys of their own.";
            case KEY_ADMIN -> "Governs all keys and the policy.";
            case TENANT_ADMIN -> "Governs people, roles and the switch over all keys.";
        };
    }

    /** What is granted, in words; what concerns one's own things alone says so. */
    static List<String> may(Grants grants) {
        List<String> may = new ArrayList<>();
        Set<Permission> any = grants.any();
        Set<Permission> own = grants.own();
        for (Permission permission : Permission.values()) {
            if (any.contains(permission)) {
                may.add(words(permission, false));
            } else if (own.contains(permission)) {
                may.add(words(permission, true));
            }
        }
        return may;
    }

    private static String words(Permission permission, boolean own) {
        String keys = own ? "own keys" : "all keys";
        return switch (permission) {
            case KEYS_READ -> "see " + keys;
            case KEYS_CREATE -> own ? "create own keys" : "create keys for anybody";
            case KEYS_EDIT -> "edit " + keys;
            case KEYS_ROTATE -> "rotate " + keys;
            case KEYS_SUSPEND -> "suspend and resume " + keys;
            case KEYS_REVOKE -> "revoke " + keys;
            case KEYS_DELETE -> "delete " + keys;
            case KEYS_REVEAL -> own ? "reveal own recoverable keys" : "reveal recoverable keys";
            case TOKENS_WRITE -> "have personal tokens";
            case REPORTS_READ -> own ? "see reports on own keys" : "see reports";
            case AUDIT_READ -> own ? "read the history of own keys" : "read the audit";
            case AUDIT_EXPORT -> "export the audit";
            case SETTINGS_READ -> "see settings";
            case SETTINGS_WRITE -> "change settings";
            case SETTINGS_SWITCH -> "switch all keys off and on";
            case USERS_READ -> "see users";
            case USERS_WRITE -> "create, change and disable users";
            case ROLES_WRITE -> "give and take roles";
            case EDGES_READ -> "see edges";
        };
    }
}
