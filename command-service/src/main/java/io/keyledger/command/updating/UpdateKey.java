package io.keyledger.command.updating;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.CreateKey;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a key is called or may do, and where and when.
 *
 * @param name null = as it is
 * @param description null = as it is; blank = none
 * @param scope null = as it is
 * @param usage null = as it is; {@link UsagePolicy#NONE} = none
 * @param reach of the one who asks
 */
record UpdateKey(
        KeyId keyId,
        @Nullable String name,
        @Nullable String description,
        @Nullable Scope scope,
        @Nullable UsagePolicy usage,
        Reach reach)
        implements KeyCommand.Bound {

    /** One that leaves the usage policy as it is. */
    UpdateKey(KeyId keyId, @Nullable String name, @Nullable String description, @Nullable Scope scope, Reach reach) {
        this(keyId, name, description, scope, null, reach);
    }

    @Override
    public boolean creates() {
        return false;
    }

    @Override
    public List<KeyEvent> decide(ApiKey key, TenantPolicy policy, Instant now) {
        Facts before = ApiKey.live(key).facts();
        String newName =
                name == null || name.equals(before.name()) ? before.name() : Wording.name(name, policy.nameRule());
        String newDescription = description == null ? before.description() : Wording.text("description", description);
        if (before.kind() == KeyKind.PERSONAL && newDescription == null) {
            throw new Refused(new Refusal.MissingField("description"));
        }
        Scope newScope = scope == null ? before.scope() : scope;
        List<String> changed = new ArrayList<>();
        if (!Objects.equals(newDescription, before.description())) {
            changed.add("description");
        }
        if (!newName.equals(before.name())) {
            changed.add("name");
        }
        UsagePolicy newUsage = usage == null ? before.usage() : usage.isNone() ? null : usage;
        if (!Objects.equals(newUsage, before.usage())) {
            reach.requireUsage(newUsage);
            changed.add("policy");
        }
        if (newScope != before.scope()) {
            // A personal token is held to its owner's rights with each request, so that its own scope may say more.
            if (before.kind() != KeyKind.PERSONAL) {
                if (newScope == Scope.DEFAULT) {
                    throw new Refused(new Refusal.InvalidValue("scope", "read-only, read-write or admin"));
                }
                reach.requireScope(newScope);
            }
            changed.add("scope");
        }
        if (changed.isEmpty()) {
            return List.of();
        }
        boolean strict = newScope == before.scope() ? before.strict() : CreateKey.strict(before.kind(), newScope);
        return List.of(new KeyUpdated(keyId, newName, newDescription, newScope, strict, changed, newUsage));
    }
}
