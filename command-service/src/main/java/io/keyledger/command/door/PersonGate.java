package io.keyledger.command.door;

import io.keyledger.command.key.KeyTable;
import io.keyledger.command.key.KeyTable.Target;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Permission;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Whether a person, or a personal token for its owner, may make a request: by their roles, and by whose key it is about. */
final class PersonGate {
    private static final String KEYS = "/api/v1/keys/";
    private static final String USERS = "/api/v1/users/";
    private static final String EDGES = "/api/v1/edges/";
    private static final String TENANTS = "/api/v1/tenants";
    private static final String OPERATE = "platform:operate";
    private static final String PASSWORD = "/password";

    /** Where the body decides, not the path: whose key it is to be, of which kind, and which ones are meant. */
    private static final Set<String> BY_BODY = Set.of("/api/v1/keys", "/api/v1/keys/revoke");

    private final BiFunction<TenantId, KeyId, Optional<Target>> keys;

    PersonGate(KeyTable keys) {
        this(keys::target);
    }

    /** @param keys finds whose a key is */
    PersonGate(BiFunction<TenantId, KeyId, Optional<Target>> keys) {
        this.keys = keys;
    }

    /**
     * Lets the request through as far as its path can tell.
     *
     * @throws Refused when the person may not; naming the permission, or as if a key of another tenant were not there
     */
    void check(String method, String path, TenantId tenant, OwnerId person, Grants grants) {
        Permission permission = PersonRoutes.permission(method, path);
        if (permission == null) {
            throw new Refused(new Refusal.NotPermitted(PersonRoutes.wire(method, path)));
        }
        if (BY_BODY.contains(path)) {
            // Decided by the endpoint, which knows what is missing.
            return;
        }
        if (path.startsWith(KEYS)) {
            require(permission, grants.allowsOwn(permission) || grants.allowsOwn(Permission.TOKENS_WRITE));
            Target target = target(path, tenant);
            require(permission, Caller.may(grants, person, permission, target.owner(), target.kind()));
        } else if (isOwnPassword(method, path, person)) {
            // Everybody may change their own.
            return;
        } else if (path.startsWith(EDGES) || path.startsWith(TENANTS)) {
            // Edges are every tenant's: to say that one is gone is for those who govern the operator's own. So are
            // tenants.
            if (!tenant.equals(TenantId.DEFAULT) || !grants.allows(permission)) {
                throw new Refused(new Refusal.NotPermitted(OPERATE));
            }
        } else if (permission == Permission.KEYS_READ) {
            require(permission, grants.allowsOwn(permission));
        } else {
            require(permission, grants.allows(permission));
        }
    }

    private static void require(Permission permission, boolean allowed) {
        if (!allowed) {
            throw new Refused(new Refusal.NotPermitted(permission.wire()));
        }
    }

    private Target target(String path, TenantId tenant) {
        int end = path.indexOf('/', KEYS.length());
        String id = end < 0 ? path.substring(KEYS.length()) : path.substring(KEYS.length(), end);
        KeyId keyId = keyId(id);
        return (keyId == null ? Optional.<Target>empty() : keys.apply(tenant, keyId))
                .orElseThrow(() -> new Refused(new Refusal.NoSuchKey()));
    }

    private static @Nullable KeyId keyId(String id) {
        try {
            return new KeyId(id);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static boolean isOwnPassword(String method, String path, OwnerId person) {
        return method.equals("PUT") && path.equals(USERS + person.value() + PASSWORD);
    }
}
