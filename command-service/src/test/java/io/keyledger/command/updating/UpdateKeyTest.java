package io.keyledger.command.updating;

import static io.keyledger.command.key.Keys.ALICE;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.NameRule;
import io.keyledger.command.policy.Setting;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.requirements.Row;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UpdateKeyTest {

    @Test
    void an_update_holds_the_values_after_it_and_names_what_changed() {
        assertThat(decide(new UpdateKey(KEY, "SIEM 2", "", Scope.ADMIN, Reach.ADMINISTRATOR), after(created())))
                .containsExactly(new KeyUpdated(
                        KEY, "SIEM 2", null, Scope.ADMIN, true, List.of("description", "name", "scope")));
        assertThat(decide(new UpdateKey(KEY, null, "other", null, Reach.ADMINISTRATOR), after(created())))
                .containsExactly(new KeyUpdated(KEY, NAME, "other", Scope.READ_ONLY, false, List.of("description")));
    }

    private static final UsagePolicy HOME =
            new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);

    private static UpdateKey policy(UsagePolicy policy, Reach reach) {
        return new UpdateKey(KEY, null, null, null, policy, reach);
    }

    @Test
    void a_policy_is_replaced_whole_stays_with_other_changes_and_is_taken_away() {
        List<KeyEvent> bound = decide(policy(HOME, Reach.ADMINISTRATOR), after(created()));
        assertThat(bound)
                .containsExactly(
                        new KeyUpdated(KEY, NAME, "reads the audit", Scope.READ_ONLY, false, List.of("policy"), HOME));
        ApiKey key = after(created(), bound.getFirst());
        assertThat(decide(policy(HOME, Reach.ADMINISTRATOR), key)).isEmpty();
        assertThat(decide(new UpdateKey(KEY, "other", null, null, Reach.ADMINISTRATOR), key))
                .containsExactly(
                        new KeyUpdated(KEY, "other", "reads the audit", Scope.READ_ONLY, false, List.of("name"), HOME));
        assertThat(decide(policy(UsagePolicy.NONE, Reach.ADMINISTRATOR), key))
                .containsExactly(
                        new KeyUpdated(KEY, NAME, "reads the audit", Scope.READ_ONLY, false, List.of("policy"), null));
    }

    @Test
    void who_asks_under_a_policy_gives_no_other() {
        UsagePolicy away = new UsagePolicy(null, null, List.of("198.51.100.0/24"), null, null, null, null, null);
        Reach bound = Reach.ADMINISTRATOR.under(HOME);
        assertThat(decide(policy(HOME, bound), after(created()))).hasSize(1);
        assertThat(refusal(() -> decide(policy(away, bound), after(created()))))
                .isEqualTo(new Refusal.PolicyOfCaller());
        ApiKey key = after(
                created(),
                decide(policy(HOME, Reach.ADMINISTRATOR), after(created())).getFirst());
        assertThat(refusal(() -> decide(policy(UsagePolicy.NONE, bound), key))).isEqualTo(new Refusal.PolicyOfCaller());
        assertThat(refusal(() -> bound.requireSecret(ApiKey.facts(after(created())))))
                .isEqualTo(new Refusal.PolicyOfCaller());
        bound.requireSecret(ApiKey.facts(key));
    }

    @Test
    void an_update_to_what_is_there_is_no_event() {
        assertThat(decide(
                        new UpdateKey(KEY, NAME, "reads the audit", Scope.READ_ONLY, Reach.ADMINISTRATOR),
                        after(created())))
                .isEmpty();
        assertThat(decide(new UpdateKey(KEY, null, null, null, Reach.ADMINISTRATOR), after(created())))
                .isEmpty();
    }

    @Row("S3-29")
    @Test
    void a_name_from_before_a_stricter_rule_stays_until_it_is_changed() {
        var strict = with(Setting.NAME_RULE, "strict");
        assertThat(decide(new UpdateKey(KEY, NAME, "d", null, Reach.ADMINISTRATOR), after(created()), strict))
                .hasSize(1);
        assertThat(refusal(() -> decide(
                        new UpdateKey(KEY, NAME + "!", null, null, Reach.ADMINISTRATOR), after(created()), strict)))
                .isEqualTo(new Refusal.InvalidValue("name", NameRule.STRICT.allowed()));
    }

    @Test
    void a_key_that_has_ended_is_not_updated() {
        assertThat(refusal(() ->
                        decide(new UpdateKey(KEY, "n", null, null, Reach.ADMINISTRATOR), after(created(), revoked()))))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
    }

    @Test
    void a_key_is_widened_by_nobody_who_may_do_less_than_it_will() {
        Reach keyAdmin = reach(Role.KEY_ADMIN);
        assertThat(refusal(() -> decide(new UpdateKey(KEY, null, null, Scope.ADMIN, keyAdmin), after(created()))))
                .isEqualTo(new Refusal.AdminScopeReserved());
        assertThat(refusal(() ->
                        decide(new UpdateKey(KEY, null, null, Scope.ADMIN, reach(Role.DEVELOPER)), after(created()))))
                .isEqualTo(new Refusal.ScopeAboveCeiling("read-write"));
        assertThat(decide(new UpdateKey(KEY, null, null, Scope.READ_WRITE, keyAdmin), after(created())))
                .hasSize(1);
        assertThat(decide(new UpdateKey(KEY, null, null, Scope.ADMIN, reach(Role.TENANT_ADMIN)), after(created())))
                .hasSize(1);
        // What it is already is not given to it again, and narrowing takes nothing.
        ApiKey admin = after(created(KeyKind.KEY, Scope.ADMIN));
        assertThat(decide(new UpdateKey(KEY, "other", null, Scope.ADMIN, keyAdmin), admin))
                .hasSize(1);
        assertThat(decide(new UpdateKey(KEY, null, null, Scope.READ_ONLY, keyAdmin), admin))
                .hasSize(1);
        // A token is held to its owner's rights whatever it says.
        ApiKey token = after(created(KeyKind.PERSONAL, Scope.READ_ONLY));
        assertThat(decide(new UpdateKey(KEY, null, null, Scope.ADMIN, reach(Role.VIEWER)), token))
                .hasSize(1);
    }

    private static Reach reach(Role role) {
        Grants grants = Grants.of(Set.of(role), RolePreset.CENTRAL);
        return new Reach(grants.widestKey(), grants.ceiling(), ALICE);
    }
}
