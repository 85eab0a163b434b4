package io.keyledger.command.issuing;

import static io.keyledger.command.key.Keys.DEFAULTS;
import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Keys;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.requirements.Row;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IssuingTest {
    private static final OwnerId ALICE = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final OwnerId BOB = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G1");
    private static final TenantPolicy SEPARATED = Keys.with(Setting.ROLES, "separated");

    private static Caller person(TenantPolicy policy, Role... roles) {
        Grants grants = Grants.of(Set.of(roles), policy.roles());
        return new Caller(Actor.user(ALICE), TenantId.DEFAULT, ALICE, policy, grants, "req_1", null, null);
    }

    private static Caller key() {
        return new Caller(Actor.apiKey(FIRST), TenantId.DEFAULT, ALICE, DEFAULTS, null, "req_1", null, null);
    }

    private static TenantPolicy without(TenantPolicy policy, Setting setting) {
        return policy.with(List.of(new SettingChange(setting.wire(), "true", "false")));
    }

    private static void assertMay(Caller caller, OwnerId owner, KeyKind kind, Scope scope) {
        assertThatCode(() -> Issuing.check(caller, owner, kind, scope, caller.usage()))
                .doesNotThrowAnyException();
    }

    private static Refusal refused(Caller caller, OwnerId owner, KeyKind kind, Scope scope) {
        return refusal(() -> Issuing.check(caller, owner, kind, scope, caller.usage()));
    }

    @Row({"S3-35", "S3-36", "S3-37"})
    @Test
    void each_of_the_three_conditions_of_self_service_alone_keeps_a_person_from_a_key() {
        assertMay(person(SEPARATED, Role.DEVELOPER), ALICE, KeyKind.KEY, Scope.READ_WRITE);
        assertThat(refused(
                        person(without(SEPARATED, Setting.SELF_SERVICE), Role.DEVELOPER),
                        ALICE,
                        KeyKind.KEY,
                        Scope.READ_ONLY))
                .isEqualTo(new Refusal.NotEntitled());
        assertThat(refused(
                        person(without(SEPARATED, Setting.ENABLED), Role.DEVELOPER),
                        ALICE,
                        KeyKind.KEY,
                        Scope.READ_ONLY))
                .isEqualTo(new Refusal.KeysSwitchedOff());
        for (Role role : List.of(Role.VIEWER, Role.AUDITOR, Role.KEY_ADMIN, Role.TENANT_ADMIN)) {
            assertThat(refused(person(SEPARATED, role), ALICE, KeyKind.KEY, Scope.READ_ONLY))
                    .as("%s", role)
                    .isEqualTo(new Refusal.RoleMissing("developer"));
        }
        assertThat(refused(person(SEPARATED), ALICE, KeyKind.KEY, Scope.READ_ONLY))
                .isEqualTo(new Refusal.RoleMissing("developer"));
    }

    @Test
    void only_who_may_make_everybodys_keys_makes_one_for_somebody_else() {
        assertThat(refused(person(DEFAULTS, Role.DEVELOPER), BOB, KeyKind.KEY, Scope.READ_ONLY))
                .isEqualTo(new Refusal.NotPermitted("keys:create"));
        assertMay(person(DEFAULTS, Role.KEY_ADMIN), BOB, KeyKind.KEY, Scope.READ_WRITE);
        assertMay(key(), BOB, KeyKind.KEY, Scope.ADMIN);
        // Who acts for the tenant needs neither licence nor switch for it.
        assertMay(
                person(without(DEFAULTS, Setting.SELF_SERVICE), Role.TENANT_ADMIN), BOB, KeyKind.KEY, Scope.READ_ONLY);
    }

    @Test
    void no_key_does_more_than_the_one_who_makes_it_may() {
        assertThat(refused(person(DEFAULTS, Role.DEVELOPER), ALICE, KeyKind.KEY, Scope.ADMIN))
                .isEqualTo(new Refusal.ScopeAboveCeiling("read-write"));
        // A key of scope admin writes users and roles: a key-admin would be a tenant-admin by it.
        assertThat(refused(person(DEFAULTS, Role.DEVELOPER, Role.KEY_ADMIN), ALICE, KeyKind.KEY, Scope.ADMIN))
                .isEqualTo(new Refusal.AdminScopeReserved());
        assertMay(person(DEFAULTS, Role.DEVELOPER, Role.KEY_ADMIN), ALICE, KeyKind.KEY, Scope.READ_WRITE);
        assertMay(person(DEFAULTS, Role.TENANT_ADMIN), BOB, KeyKind.KEY, Scope.ADMIN);
    }

    @Row({"S4-32", "S4-44", "S4-52"})
    @Test
    void every_person_with_a_role_makes_personal_tokens_for_themselves_of_whatever_scope() {
        for (Role role : Role.values()) {
            assertMay(person(SEPARATED, role), ALICE, KeyKind.PERSONAL, Scope.ADMIN);
            assertThat(refused(person(SEPARATED, role), BOB, KeyKind.PERSONAL, Scope.READ_ONLY))
                    .isEqualTo(new Refusal.PersonNeeded());
        }
        assertThat(refused(person(SEPARATED), ALICE, KeyKind.PERSONAL, Scope.READ_ONLY))
                .isEqualTo(new Refusal.NotPermitted("tokens:write"));
        assertThat(refused(
                        person(without(DEFAULTS, Setting.ENABLED), Role.DEVELOPER),
                        ALICE,
                        KeyKind.PERSONAL,
                        Scope.READ_ONLY))
                .isEqualTo(new Refusal.KeysSwitchedOff());
    }

    @Test
    void no_key_makes_a_personal_token_not_even_another_token_of_the_same_person() {
        assertThat(refused(key(), ALICE, KeyKind.PERSONAL, Scope.READ_ONLY)).isEqualTo(new Refusal.PersonNeeded());
        Caller token = new Caller(
                Actor.apiKey(FIRST),
                TenantId.DEFAULT,
                ALICE,
                DEFAULTS,
                Grants.of(Set.of(Role.KEY_ADMIN), DEFAULTS.roles()),
                "req_1",
                null,
                null);
        assertThat(refused(token, ALICE, KeyKind.PERSONAL, Scope.READ_ONLY)).isEqualTo(new Refusal.PersonNeeded());
    }
}
