package io.keyledger.events.access;

import static io.keyledger.events.access.Permission.AUDIT_EXPORT;
import static io.keyledger.events.access.Permission.AUDIT_READ;
import static io.keyledger.events.access.Permission.EDGES_READ;
import static io.keyledger.events.access.Permission.KEYS_CREATE;
import static io.keyledger.events.access.Permission.KEYS_DELETE;
import static io.keyledger.events.access.Permission.KEYS_EDIT;
import static io.keyledger.events.access.Permission.KEYS_READ;
import static io.keyledger.events.access.Permission.KEYS_REVEAL;
import static io.keyledger.events.access.Permission.KEYS_REVOKE;
import static io.keyledger.events.access.Permission.KEYS_ROTATE;
import static io.keyledger.events.access.Permission.KEYS_SUSPEND;
import static io.keyledger.events.access.Permission.REPORTS_READ;
import static io.keyledger.events.access.Permission.ROLES_WRITE;
import static io.keyledger.events.access.Permission.SETTINGS_READ;
import static io.keyledger.events.access.Permission.SETTINGS_SWITCH;
import static io.keyledger.events.access.Permission.SETTINGS_WRITE;
import static io.keyledger.events.access.Permission.TOKENS_WRITE;
import static io.keyledger.events.access.Permission.USERS_READ;
import static io.keyledger.events.access.Permission.USERS_WRITE;

import io.keyledger.events.Scope;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person's roles add up to: the one table that both services ask. Whatever it does not name is denied. Immutable;
 * safe from any thread.
 */
public final class Grants {
    /** Changes to a key that the separated preset leaves to the key's own developer. */
    private static final Set<Permission> KEY_WORK =
            EnumSet.of(KEYS_CREATE, KEYS_EDIT, KEYS_ROTATE, KEYS_SUSPEND, KEYS_DELETE);

    private final Set<Permission> any = EnumSet.noneOf(Permission.class);
    private final Set<Permission> own = EnumSet.noneOf(Permission.class);
    private final @Nullable Scope ceiling;

    private Grants(Set<Role> roles, RolePreset preset) {
        Scope highest = null;
        for (Role role : roles) {
            any.addAll(any(role, preset));
            own.addAll(own(role));
            Scope scope = ceiling(role);
            highest = highest == null || scope.compareTo(highest) > 0 ? scope : highest;
        }
        ceiling = highest;
    }

    public static Grants of(Set<Role> roles, RolePreset preset) {
        return new Grants(roles, preset);
    }

    /** Whether the person may do this to anything of the tenant, whoever owns it. */
    public boolean allows(Permission permission) {
        return any.contains(permission);
    }

    /** As {@link #allows(Permission)}, by wire name; one that is not known is denied. */
    public boolean allows(String permission) {
        Permission known = Permission.ofWire(permission);
        return known != null && allows(known);
    }

    /** Whether the person may do this at least to what is their own. */
    public boolean allowsOwn(Permission permission) {
        return any.contains(permission) || own.contains(permission);
    }

    /** As {@link #allowsOwn(Permission)}, by wire name; one that is not known is denied. */
    public boolean allowsOwn(String permission) {
        Permission known = Permission.ofWire(permission);
        return known != null && allowsOwn(known);
    }

    /** The highest scope that a personal token of the person can have; null for one without roles: none at all. */
    public @Nullable Scope ceiling() {
        return ceiling;
    }

    /**
     * The widest scope of keys, other than personal tokens, that the person may make or come by the secret of; null for none.
     * Such a key does what its scope says and nobody's roles narrow it, so that one which writes users is for those alone
     * who may do so themselves.
     */
    public @Nullable Scope widestKey() {
        Scope widest = null;
        for (Scope scope : Scope.values()) {
            if (issues(scope)) {
                widest = scope;
            }
        }
        return widest;
    }

    /** Whether the person may make a key of that scope, other than a personal token, or come by the secret of one. */
    public boolean issues(Scope scope) {
        return ceiling != null
                && scope.compareTo(ceiling) <= 0
                && (!scope.grants(USERS_WRITE.wire()) || allows(USERS_WRITE));
    }

    /** What is allowed on everything of the tenant; read-only. */
    public Set<Permission> any() {
        return Collections.unmodifiableSet(any);
    }

    /** What is allowed on one's own things alone, beside {@link #any}; read-only. */
    public Set<Permission> own() {
        Set<Permission> only = EnumSet.copyOf(own);
        only.removeAll(any);
        return Collections.unmodifiableSet(only);
    }

    private static Set<Permission> any(Role role, RolePreset preset) {
        return switch (role) {
            case VIEWER -> EnumSet.of(KEYS_READ, REPORTS_READ, EDGES_READ);
            case AUDITOR -> EnumSet.of(KEYS_READ, REPORTS_READ, AUDIT_READ, AUDIT_EXPORT, SETTINGS_READ, EDGES_READ);
            case DEVELOPER -> EnumSet.noneOf(Permission.class);
            case KEY_ADMIN -> {
                Set<Permission> admin = admin(preset);
                admin.add(KEYS_REVEAL);
                yield admin;
            }
            case TENANT_ADMIN -> {
                Set<Permission> admin = admin(preset);
                admin.addAll(EnumSet.of(SETTINGS_SWITCH, USERS_READ, USERS_WRITE, ROLES_WRITE));
                yield admin;
            }
        };
    }

    /** What both kinds of admins may do. */
    private static Set<Permission> admin(RolePreset preset) {
        Set<Permission> admin = EnumSet.of(
                KEYS_READ, KEYS_REVOKE, REPORTS_READ, AUDIT_READ, AUDIT_EXPORT, SETTINGS_READ, SETTINGS_WRITE);
        admin.add(EDGES_READ);
        if (preset == RolePreset.CENTRAL) {
            admin.addAll(KEY_WORK);
        }
        return admin;
    }

    private static Set<Permission> own(Role role) {
        Set<Permission> own = EnumSet.of(TOKENS_WRITE, KEYS_READ);
        if (role == Role.DEVELOPER) {
            own.addAll(KEY_WORK);
            own.addAll(EnumSet.of(KEYS_REVOKE, KEYS_REVEAL, REPORTS_READ, AUDIT_READ));
        }
        return own;
    }

    private static Scope ceiling(Role role) {
        return switch (role) {
            case VIEWER, AUDITOR -> Scope.READ_ONLY;
            case DEVELOPER -> Scope.READ_WRITE;
            case KEY_ADMIN, TENANT_ADMIN -> Scope.ADMIN;
        };
    }
}
