package io.keyledger.command.key;

import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.KeyKind;

/**
 * The slots of one kind of keys that an owner may hold.
 *
 * @param base they are numbered from the one after it
 * @param setting that says how many
 */
record Room(int base, int limit, Setting setting) {
    /** More than anybody may have of one kind. */
    static final int SIZE = 999_999;

    /** Personal tokens are numbered apart from keys, so that neither counts against the other's limit. */
    private static final int PERSONAL = 1_000_000;

    int last() {
        return base + limit;
    }

    static Room of(KeyKind kind, TenantPolicy policy) {
        return kind == KeyKind.PERSONAL
                ? new Room(PERSONAL, policy.maxPersonal(), Setting.MAX_PERSONAL)
                : new Room(0, policy.maxPerOwner(), Setting.MAX_PER_OWNER);
    }
}
