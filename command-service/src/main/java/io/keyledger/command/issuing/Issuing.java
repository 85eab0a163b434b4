package io.keyledger.command.issuing;

import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.access.Permission;
import io.keyledger.events.access.Role;
import org.jspecify.annotations.Nullable;

/**
 * Whether the caller may make such a key. Somebody who may make everybody's keys makes them in the name of the tenant; who
 * may only make their own helps themselves, which has three conditions of its own: the tenant's entitlement, its switch, and
 * the role developer. Pure.
 */
final class Issuing {
    private Issuing() {}

    /** @throws Refused by the first condition that does not hold */
    static void check(Caller caller, OwnerId owner, KeyKind kind, Scope scope, @Nullable UsagePolicy usage) {
        caller.reach().requireUsage(usage);
        if (kind == KeyKind.PERSONAL) {
            if (!caller.isPerson() || !owner.equals(caller.owner())) {
                throw new Refused(new Refusal.PersonNeeded());
            }
            open(caller);
            caller.require(Permission.TOKENS_WRITE, owner, kind);
            return;
        }
        if (!caller.may(Permission.KEYS_CREATE)) {
            if (!owner.equals(caller.owner())) {
                throw new Refused(new Refusal.NotPermitted(Permission.KEYS_CREATE.wire()));
            }
            open(caller);
            if (!caller.may(Permission.KEYS_CREATE, owner, kind)) {
                throw new Refused(new Refusal.RoleMissing(Role.DEVELOPER.wire()));
            }
        }
        caller.reach().requireScope(scope);
    }

    private static void open(Caller caller) {
        if (!caller.policy().selfService()) {
            throw new Refused(new Refusal.NotEntitled());
        }
        if (!caller.policy().enabled()) {
            throw new Refused(new Refusal.KeysSwitchedOff());
        }
    }
}
