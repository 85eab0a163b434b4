package io.keyledger.command.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Keys;
import io.keyledger.command.people.Account;
import io.keyledger.command.policy.Preset;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.access.Role;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegisteredTest {
    @Row("S3-38")
    @Test
    void a_key_is_good_at_its_tenants_host_name_alone() {
        TenantPolicy named = Keys.with(Setting.HOST, "keys.acme.example");
        assertThat(at(ACME, named).servedAt("keys.acme.example")).isTrue();
        assertThat(at(ACME, named).servedAt("keys.other.example")).isFalse();
        assertThat(at(ACME, named).servedAt(null)).isFalse();
        assertThat(at(ACME, Keys.DEFAULTS).servedAt(null)).isTrue();
        assertThat(at(ACME, Keys.DEFAULTS).servedAt("keys.other.example")).isFalse();
        assertThat(at(TenantId.DEFAULT, named).servedAt(null))
                .as("the operator is never locked out by a name")
                .isTrue();
        assertThat(at(TenantId.DEFAULT, named).servedAt("keys.other.example")).isFalse();
    }

    private static Registered at(TenantId tenant, TenantPolicy policy) {
        return key(KeyKind.KEY, Scope.ADMIN, "ACTIVE", tenant, null, Keys.SECOND, policy);
    }

    private static final TenantId ACME = new TenantId("t_acme");
    private static final Instant NOON = Keys.NOON;

    private static Registered key(
            KeyKind kind,
            Scope scope,
            String status,
            TenantId tenant,
            @Nullable Instant expiresAt,
            CredentialId presented,
            TenantPolicy policy) {
        return key(kind, scope, status, tenant, expiresAt, presented, policy, null);
    }

    private static Registered key(
            KeyKind kind,
            Scope scope,
            String status,
            TenantId tenant,
            @Nullable Instant expiresAt,
            CredentialId presented,
            TenantPolicy policy,
            @Nullable Account person) {
        return new Registered(
                Keys.KEY,
                presented,
                tenant,
                Keys.ALICE,
                Keys.NAME,
                kind,
                scope,
                status,
                expiresAt,
                Keys.SECOND.value(),
                Keys.FIRST.value(),
                NOON.plusSeconds(60),
                policy,
                null,
                person);
    }

    private static Account alice(boolean disabled, @Nullable Instant accessEndsAt, Role... roles) {
        return new Account(Keys.ALICE, Set.of(roles), disabled, accessEndsAt);
    }

    private static Registered owned(KeyKind kind, Scope scope, Account person) {
        return key(kind, scope, "ACTIVE", ACME, null, Keys.SECOND, Keys.DEFAULTS, person);
    }

    @Test
    void a_policy_holds_at_the_platforms_own_door() {
        UsagePolicy office = new UsagePolicy(
                List.of("keys:*"),
                List.of(new UsagePolicy.Route(List.of("GET"), "/api/v1/keys/**")),
                List.of("192.0.2.0/24"),
                null,
                List.of(new UsagePolicy.Hours(null, "08:00", "13:00", "UTC")),
                NOON,
                null,
                null);
        Registered key = new Registered(
                Keys.KEY,
                Keys.SECOND,
                ACME,
                Keys.ALICE,
                Keys.NAME,
                KeyKind.KEY,
                Scope.ADMIN,
                "ACTIVE",
                null,
                Keys.SECOND.value(),
                null,
                null,
                Keys.DEFAULTS,
                office,
                null);
        Ask good = new Ask(Countries.UNKNOWN).set("keys:read", "GET", "/api/v1/keys", "192.0.2.9");
        assertThat(key.judge(good, NOON)).isEqualTo(Code.ACCEPTED);
        assertThat(key.judge(good, NOON.minusSeconds(1))).isEqualTo(Code.NOT_YET_VALID);
        assertThat(key.judge(good, NOON.plusSeconds(3600))).isEqualTo(Code.OUTSIDE_HOURS);
        assertThat(key.judge(good.set("settings:read", "GET", "/api/v1/keys", "192.0.2.9"), NOON))
                .isEqualTo(Code.PERMISSION_NOT_ALLOWED);
        assertThat(key.judge(good.set("keys:write", "POST", "/api/v1/keys", "192.0.2.9"), NOON))
                .isEqualTo(Code.ROUTE_NOT_ALLOWED);
        assertThat(key.judge(good.set("keys:read", "GET", "/api/v1/keys", "198.51.100.1"), NOON))
                .isEqualTo(Code.ADDRESS_NOT_ALLOWED);
        assertThat(key.judge(good.set("keys:read", "GET", "/api/v1/keys", null), NOON))
                .isEqualTo(Code.ADDRESS_NOT_ALLOWED);
    }

    @Test
    void a_personal_token_is_bound_to_the_network_of_its_tenant_and_a_key_is_not() {
        TenantPolicy policy = Keys.with(Setting.TOKEN_ADDRESSES, "192.0.2.0/24");
        Account person = alice(false, null, Role.TENANT_ADMIN);
        for (KeyKind kind : new KeyKind[] {KeyKind.KEY, KeyKind.PERSONAL}) {
            Registered key = key(kind, Scope.ADMIN, "ACTIVE", ACME, null, Keys.SECOND, policy, person);
            Ask away = new Ask(Countries.UNKNOWN).set("keys:read", "GET", "/api/v1/keys", "198.51.100.1");
            assertThat(key.judge(away, NOON)).isEqualTo(kind == KeyKind.KEY ? Code.ACCEPTED : Code.ADDRESS_NOT_ALLOWED);
            Ask home = new Ask(Countries.UNKNOWN).set("keys:read", "GET", "/api/v1/keys", "192.0.2.1");
            assertThat(key.judge(home, NOON)).isEqualTo(Code.ACCEPTED);
        }
    }

    @Test
    void no_key_of_a_person_who_is_disabled_or_whose_access_is_over_passes() {
        for (KeyKind kind : new KeyKind[] {KeyKind.KEY, KeyKind.PERSONAL}) {
            assertThat(owned(kind, Scope.ADMIN, alice(true, null, Role.TENANT_ADMIN))
                            .judge(Ask.of("keys:read"), NOON))
                    .isEqualTo(Code.DISABLED);
            Registered support = owned(kind, Scope.ADMIN, alice(false, NOON, Role.TENANT_ADMIN));
            assertThat(support.judge(Ask.of("keys:read"), NOON.minusNanos(1))).isEqualTo(Code.ACCEPTED);
            assertThat(support.judge(Ask.of("keys:read"), NOON)).isEqualTo(Code.DISABLED);
        }
    }

    @Row({"S4-35", "S4-36"})
    @Test
    void a_personal_token_passes_where_both_its_scope_and_its_owner_may() {
        Account developer = alice(false, null, Role.DEVELOPER);
        assertThat(owned(KeyKind.PERSONAL, Scope.ADMIN, developer).judge(Ask.of("objects:write"), NOON))
                .isEqualTo(Code.ACCEPTED);
        assertThat(owned(KeyKind.PERSONAL, Scope.ADMIN, developer).judge(Ask.of("settings:write"), NOON))
                .isEqualTo(Code.FORBIDDEN);
        assertThat(owned(KeyKind.PERSONAL, Scope.READ_ONLY, developer).judge(Ask.of("objects:write"), NOON))
                .isEqualTo(Code.FORBIDDEN);
        assertThat(owned(KeyKind.PERSONAL, Scope.ADMIN, alice(false, null)).judge(Ask.of("keys:read"), NOON))
                .isEqualTo(Code.FORBIDDEN);
        assertThat(owned(KeyKind.KEY, Scope.ADMIN, developer).judge(Ask.of("settings:write"), NOON))
                .isEqualTo(Code.ACCEPTED);
        assertThat(key(KeyKind.PERSONAL, Scope.ADMIN, "ACTIVE", ACME, null, Keys.SECOND, Keys.DEFAULTS)
                        .judge(Ask.of("keys:read"), NOON))
                .isEqualTo(Code.DISABLED);
    }

    private static Registered admin(String status) {
        return key(KeyKind.KEY, Scope.ADMIN, status, ACME, null, Keys.SECOND, Keys.DEFAULTS);
    }

    @Row({"S1-60", "S3-14", "S3-15", "S3-16", "S2-23"})
    @Test
    void only_an_active_key_passes() {
        assertThat(admin("ACTIVE").judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.ACCEPTED);
        assertThat(admin("SUSPENDED").judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.SUSPENDED);
        assertThat(admin("REVOKED").judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.REVOKED);
        assertThat(admin("EXPIRED").judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.EXPIRED);
        assertThat(admin("DELETED").judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.DELETED);
    }

    @Test
    void a_key_ends_with_its_time_though_no_event_says_so_yet() {
        Registered key = key(KeyKind.KEY, Scope.ADMIN, "ACTIVE", ACME, NOON, Keys.SECOND, Keys.DEFAULTS);
        assertThat(key.judge(Ask.of("keys:write"), NOON.minusNanos(1))).isEqualTo(Code.ACCEPTED);
        assertThat(key.judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.EXPIRED);
    }

    @Row("S1-39")
    @Test
    void a_replaced_secret_passes_until_its_grace_ends() {
        Registered key = key(KeyKind.KEY, Scope.ADMIN, "ACTIVE", ACME, null, Keys.FIRST, Keys.DEFAULTS);
        assertThat(key.judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.ACCEPTED);
        assertThat(key.judge(Ask.of("keys:write"), NOON.plusSeconds(60))).isEqualTo(Code.REPLACED);
        Registered older =
                key(KeyKind.KEY, Scope.ADMIN, "ACTIVE", ACME, null, new CredentialId("9M9ODf6X0ft3"), Keys.DEFAULTS);
        assertThat(older.judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.REPLACED);
    }

    @Row({"S1-16", "S1-18", "S1-19", "S1-20"})
    @Test
    void changing_keys_and_settings_takes_an_admin_key() {
        for (Scope scope : Scope.values()) {
            Registered key = key(KeyKind.KEY, scope, "ACTIVE", ACME, null, Keys.SECOND, Keys.DEFAULTS);
            Code expected = scope == Scope.ADMIN ? Code.ACCEPTED : Code.FORBIDDEN;
            assertThat(key.judge(Ask.of("keys:write"), NOON)).isEqualTo(expected);
            assertThat(key.judge(Ask.of("settings:write"), NOON)).isEqualTo(expected);
            assertThat(key.judge(Ask.of("settings:read"), NOON)).isEqualTo(expected);
        }
    }

    @Row({"S3-03", "S3-06"})
    @Test
    void the_tenant_switch_stops_all_keys_but_bootstrap_keys() {
        TenantPolicy off = TenantPolicy.of(Preset.HUB_S3);
        Registered key = key(KeyKind.KEY, Scope.ADMIN, "ACTIVE", ACME, null, Keys.SECOND, off);
        assertThat(key.judge(Ask.of("keys:write"), NOON)).isEqualTo(Code.DISABLED);
        Registered bootstrap = key(KeyKind.BOOTSTRAP, Scope.ADMIN, "ACTIVE", ACME, null, Keys.SECOND, off);
        assertThat(bootstrap.judge(Ask.of("settings:write"), NOON)).isEqualTo(Code.ACCEPTED);
    }

    @Test
    void the_platform_is_operated_by_bootstrap_keys_of_the_default_tenant_alone() {
        for (KeyKind kind : KeyKind.values()) {
            for (TenantId tenant : new TenantId[] {TenantId.DEFAULT, ACME}) {
                Registered key = key(kind, Scope.ADMIN, "ACTIVE", tenant, null, Keys.SECOND, Keys.DEFAULTS);
                boolean operator = kind == KeyKind.BOOTSTRAP && tenant.equals(TenantId.DEFAULT);
                // A personal token of nobody is refused before it is asked what it may.
                Code otherwise = kind == KeyKind.PERSONAL ? Code.DISABLED : Code.FORBIDDEN;
                assertThat(key.judge(Ask.of("platform:operate"), NOON)).isEqualTo(operator ? Code.ACCEPTED : otherwise);
            }
        }
    }
}
