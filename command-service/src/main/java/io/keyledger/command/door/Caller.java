package io.keyledger.command.door;

import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Repeat;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Permission;
import io.keyledger.events.access.PersonAssertion;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who was let in: a key, or a person.
 *
 * @param owner of the key, or the person
 * @param policy of the tenant, as of that moment
 * @param grants what the person may do, or the owner of a personal token; null for a key, whose scope was judged at the door
 * @param repeat set when the request came with an Idempotency-Key
 * @param authenticatedAt when a person who is signed in has last proved who they are, as query-service says
 * @param usage the policy of the key that was let in; null = it has none, or it is a person
 */
public record Caller(
        Actor actor,
        TenantId tenant,
        OwnerId owner,
        TenantPolicy policy,
        @Nullable Grants grants,
        String requestId,
        @Nullable Repeat repeat,
        @Nullable Instant authenticatedAt,
        @Nullable UsagePolicy usage) {

    /** The console's five minutes, and what the way here may take. */
    private static final Duration FRESH = Duration.ofMinutes(5).plus(PersonAssertion.LEEWAY);

    /** Somebody who asks without a usage policy. */
    public Caller(
            Actor actor,
            TenantId tenant,
            OwnerId owner,
            TenantPolicy policy,
            @Nullable Grants grants,
            String requestId,
            @Nullable Repeat repeat,
            @Nullable Instant authenticatedAt) {
        this(actor, tenant, owner, policy, grants, requestId, repeat, authenticatedAt, null);
    }

    /** The origin of what the caller asks for. */
    public Origin origin() {
        return new Origin(tenant, actor, requestId, repeat);
    }

    /** Whether a person who is signed in asks, not somebody with a key. */
    public boolean isPerson() {
        return actor.type().equals(Actor.user(owner).type());
    }

    /** Which scopes the caller gives, and whose secrets the caller may come by. */
    public Reach reach() {
        // Only a key of scope admin gets as far as to commands on keys.
        Reach reach = grants == null ? Reach.ADMINISTRATOR : new Reach(grants.widestKey(), grants.ceiling(), owner);
        return reach.under(usage);
    }

    /** Whether the caller may do this whoever it is done to. */
    public boolean may(Permission permission) {
        return grants == null || grants.allows(permission);
    }

    /** Whether the caller may do this to a key of that owner and kind. */
    public boolean may(Permission permission, OwnerId of, KeyKind kind) {
        return grants == null || may(grants, owner, permission, of, kind);
    }

    /** Whether a person may do this to a key of that owner and kind. Pure. */
    static boolean may(Grants grants, OwnerId person, Permission permission, OwnerId of, KeyKind kind) {
        boolean own = of.equals(person);
        boolean ownToken = own && kind == KeyKind.PERSONAL && grants.allowsOwn(Permission.TOKENS_WRITE);
        return grants.allows(permission) || own && grants.allowsOwn(permission) || ownToken;
    }

    /**
     * For what is shown only to somebody who is there now. A key proves itself with each request; a personal token stands for a
     * person of whom that is not known.
     *
     * @throws Refused when a person asks who has not proved minutes ago who they are
     */
    public void requireFresh(Instant now) {
        if (grants == null) {
            return;
        }
        if (!isPerson() || authenticatedAt == null || !now.isBefore(authenticatedAt.plus(FRESH))) {
            throw new Refused(new Refusal.FreshSignInNeeded());
        }
    }

    /** @throws Refused when the caller may not do this, whoever it is done to */
    public void require(Permission permission) {
        if (!may(permission)) {
            throw new Refused(new Refusal.NotPermitted(permission.wire()));
        }
    }

    /** @throws Refused when the caller may not do this to a key of that owner and kind */
    public void require(Permission permission, OwnerId of, KeyKind kind) {
        if (!may(permission, of, kind)) {
            throw new Refused(new Refusal.NotPermitted(permission.wire()));
        }
    }
}
