package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleGranted;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserAccessEnded;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.events.view.ViewFold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewFoldTest {
    private static final TenantId TENANT = TenantId.DEFAULT;
    private static final KeyId KEY = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final CredentialId FIRST = new CredentialId("aaaaaaaaaaaa");
    private static final CredentialId SECOND = new CredentialId("bbbbbbbbbbbb");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static List<CredentialState> fold(List<? extends KeyEvent> log) {
        List<CredentialState> state = List.of();
        for (int i = 0; i < log.size(); i++) {
            state = ViewFold.apply(state, log.get(i), TENANT, i + 1);
        }
        return state;
    }

    private static KeyCreated created(@Nullable Instant expiresAt) {
        return new KeyCreated(
                KEY, "Name", null, KeyKind.KEY, Scope.READ_ONLY, new OwnerId("usr_alice"), FIRST, false, expiresAt);
    }

    private static Map<CredentialId, State> states(List<CredentialState> credentials) {
        return credentials.stream().collect(Collectors.toMap(CredentialState::credentialId, CredentialState::state));
    }

    private static KeyRotated rotated(Instant graceEndsAt) {
        return new KeyRotated(KEY, "Name", SECOND, FIRST, graceEndsAt);
    }

    private static KeyRevoked revoked() {
        return new KeyRevoked(KEY, "Name", List.of(FIRST), RevocationReason.COMPROMISED, null);
    }

    @Test
    void a_rotated_key_has_two_credentials_and_the_old_one_ends_with_its_grace() {
        List<CredentialState> after = fold(List.of(created(NOON.plusSeconds(100)), rotated(NOON.plusSeconds(50))));
        assertThat(after).hasSize(2);
        assertThat(after.getFirst().notAfter()).isEqualTo(NOON.plusSeconds(50));
        assertThat(after.getLast().credentialId()).isEqualTo(SECOND);
        assertThat(after.getLast().notAfter()).isEqualTo(NOON.plusSeconds(100));
    }

    @Test
    void every_credential_of_a_key_is_under_its_policy_through_rotation_and_change() {
        UsagePolicy home = new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);
        UsagePolicy away = new UsagePolicy(null, null, null, List.of("CH"), null, null, null, null);
        KeyCreated created = new KeyCreated(
                KEY, "Name", null, KeyKind.KEY, Scope.READ_ONLY, new OwnerId("usr_a"), FIRST, false, null, null, home);
        List<KeyEvent> log = new ArrayList<>(List.of(created, rotated(NOON)));
        assertThat(fold(log))
                .hasSize(2)
                .allMatch(c -> home.equals(c.with("p1", "v").policy()));
        log.add(new KeyUpdated(KEY, "Name", null, Scope.READ_ONLY, false, List.of("policy"), away));
        log.add(new KeySuspended(KEY, "Name", List.of(FIRST, SECOND), null));
        assertThat(fold(log)).hasSize(2).allMatch(c -> away.equals(c.policy()));
        log.add(new KeyUpdated(KEY, "Name", null, Scope.READ_ONLY, false, List.of("policy"), null));
        assertThat(fold(log)).hasSize(2).allMatch(c -> c.policy() == null);
    }

    @Test
    void edges_are_told_where_personal_tokens_may_be_used_from() {
        PrincipalRecord before = ViewFold.unknown(TENANT, 1);
        PrincipalRecord bound = ViewFold.apply(
                before,
                new SettingsChanged(
                        "keys", List.of(new SettingChange("tokens.addresses", null, "192.0.2.0/24,2001:db8::/32"))),
                TENANT,
                2);
        assertThat(bound).isNotNull();
        assertThat(bound.tokenAddresses()).containsExactly("192.0.2.0/24", "2001:db8::/32");
        PrincipalRecord both = ViewFold.apply(
                bound,
                new SettingsChanged("keys", List.of(new SettingChange("tokens.countries", null, "CH"))),
                TENANT,
                3);
        assertThat(both)
                .isEqualTo(PrincipalRecord.tenant(
                        TENANT, 3, true, null, List.of("192.0.2.0/24", "2001:db8::/32"), List.of("CH")));
        assertThat(ViewFold.apply(
                        both,
                        new SettingsChanged(
                                "keys",
                                List.of(
                                        new SettingChange("tokens.addresses", "192.0.2.0/24,2001:db8::/32", null),
                                        new SettingChange("tokens.countries", "CH", null))),
                        TENANT,
                        4))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 4, true));
    }

    @Test
    void a_grace_does_not_outlive_the_key() {
        List<CredentialState> after = fold(List.of(created(NOON.plusSeconds(10)), rotated(NOON.plusSeconds(50))));
        assertThat(after.getFirst().notAfter()).isEqualTo(NOON.plusSeconds(10));
    }

    @Test
    void the_end_of_a_grace_replaces_one_credential_only() {
        List<CredentialState> after =
                fold(List.of(created(null), rotated(NOON), new KeyCredentialExpired(KEY, "Name", FIRST, NOON)));
        assertThat(states(after)).isEqualTo(Map.of(FIRST, State.REPLACED, SECOND, State.ACTIVE));
    }

    @Test
    void a_revocation_ends_every_credential_that_has_not_ended() {
        assertThat(states(fold(List.of(created(null), rotated(NOON), revoked()))))
                .isEqualTo(Map.of(FIRST, State.REVOKED, SECOND, State.REVOKED));
        assertThat(states(fold(List.of(
                        created(null), rotated(NOON), new KeyCredentialExpired(KEY, "Name", FIRST, NOON), revoked()))))
                .isEqualTo(Map.of(FIRST, State.REPLACED, SECOND, State.REVOKED));
    }

    @Test
    void a_suspended_key_stays_suspended_through_a_rotation_and_comes_back() {
        List<KeyEvent> log = new ArrayList<>(
                List.of(created(null), new KeySuspended(KEY, "Name", List.of(FIRST), null), rotated(NOON)));
        assertThat(states(fold(log))).isEqualTo(Map.of(FIRST, State.SUSPENDED, SECOND, State.SUSPENDED));
        log.add(new KeyResumed(KEY, "Name", List.of(FIRST, SECOND), null));
        assertThat(states(fold(log))).isEqualTo(Map.of(FIRST, State.ACTIVE, SECOND, State.ACTIVE));
    }

    @Test
    void what_has_ended_does_not_come_back() {
        for (KeyEvent end : List.of(
                revoked(),
                new KeyExpired(KEY, "Name", List.of(FIRST), NOON),
                new KeyDeleted(KEY, "Name", List.of(FIRST), null))) {
            List<CredentialState> after = fold(List.of(
                    created(null),
                    end,
                    new KeyResumed(KEY, "Name", List.of(FIRST), null),
                    new KeyUpdated(KEY, "Other", null, Scope.ADMIN, true, List.of())));
            assertThat(after).singleElement().satisfies(c -> {
                assertThat(c.state().terminal()).isTrue();
                assertThat(c.scope()).isEqualTo(Scope.READ_ONLY);
            });
        }
    }

    @Test
    void a_confirmation_changes_nothing() {
        List<CredentialState> before = fold(List.of(created(null), revoked()));
        assertThat(ViewFold.apply(before, new RevocationConfirmed(KEY, "Name", "x", List.of()), TENANT, 3))
                .isEqualTo(before);
    }

    @Test
    void an_update_reaches_every_living_credential() {
        List<CredentialState> after = fold(List.of(
                created(null), rotated(NOON), new KeyUpdated(KEY, "Other", null, Scope.ADMIN, true, List.of("scope"))));
        assertThat(after).allSatisfy(c -> {
            assertThat(c.keyName()).isEqualTo("Other");
            assertThat(c.scope()).isEqualTo(Scope.ADMIN);
            assertThat(c.strict()).isTrue();
            assertThat(c.revision()).isEqualTo(3);
        });
    }

    /** What an edge would hold, that merges changed rows only: terminal wins, then the higher revision. */
    @Test
    void an_edge_that_merges_the_changed_rows_in_any_order_holds_the_same() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<KeyEvent> log = RandomKeyLog.of(random, 12);
            List<CredentialState> state = List.of();
            List<CredentialState> sent = new ArrayList<>();
            for (int i = 0; i < log.size(); i++) {
                List<CredentialState> before = state;
                long sequence = i + 1L;
                state = ViewFold.apply(state, log.get(i), TENANT, sequence);
                for (CredentialState credential : state) {
                    boolean changed = !before.contains(credential);
                    assertThat(credential.revision() == sequence)
                            .as("seed %d, event %d: changed and revised are one", seed, i)
                            .isEqualTo(changed);
                    if (changed) {
                        sent.add(credential);
                    }
                }
                assertThat(ended(before)).as("seed %d", seed).isSubsetOf(ended(state));
            }
            java.util.Collections.shuffle(sent, random);
            Map<CredentialId, CredentialState> edge = new HashMap<>();
            sent.forEach(record -> edge.merge(record.credentialId(), record, ViewFoldTest::merge));
            assertThat(edge.values()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(state);
        }
    }

    private static List<CredentialId> ended(List<CredentialState> state) {
        return state.stream()
                .filter(c -> c.state().terminal())
                .map(CredentialState::credentialId)
                .toList();
    }

    private static CredentialState merge(CredentialState a, CredentialState b) {
        if (a.state().terminal() != b.state().terminal()) {
            return a.state().terminal() ? a : b;
        }
        return a.revision() >= b.revision() ? a : b;
    }

    @Test
    void a_tenant_starts_with_keys_on_but_for_one_preset() {
        assertThat(ViewFold.apply(new TenantCreated(TENANT, "Acme", "descriptive"), 7))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 7, true));
        assertThat(ViewFold.apply(new TenantCreated(TENANT, "Acme", "strict-s2"), 7)
                        .enabled())
                .isTrue();
        assertThat(ViewFold.apply(new TenantCreated(TENANT, "Acme", "hub-s3"), 7)
                        .enabled())
                .isFalse();
    }

    @Test
    void only_the_switch_and_the_granularity_change_what_edges_know_of_a_tenant() {
        PrincipalRecord before = PrincipalRecord.tenant(TENANT, 1, true);
        assertThat(ViewFold.apply(before, changed("keys", "keys.maxPerOwner", "5"), TENANT, 9))
                .isNull();
        assertThat(ViewFold.apply(before, changed("other", "keys.enabled", "false"), TENANT, 9))
                .isNull();
        assertThat(ViewFold.apply(before, changed("keys", "keys.enabled", "false"), TENANT, 9))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 9, false));
        assertThat(ViewFold.apply(null, changed("keys", "keys.enabled", "true"), TENANT, 9))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 9, true));
        assertThat(ViewFold.apply(before, changed("keys", "activity.granularity", "second"), TENANT, 9))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 9, true, "second"));
    }

    @Test
    void the_switch_keeps_the_granularity_and_the_granularity_keeps_the_switch() {
        PrincipalRecord offBySecond = PrincipalRecord.tenant(TENANT, 1, false, "second");
        assertThat(ViewFold.apply(offBySecond, changed("keys", "keys.enabled", "true"), TENANT, 9))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 9, true, "second"));
        assertThat(ViewFold.apply(offBySecond, changed("keys", "activity.granularity", "request"), TENANT, 9))
                .isEqualTo(PrincipalRecord.tenant(TENANT, 9, false));
    }

    private static SettingsChanged changed(String area, String name, String to) {
        return new SettingsChanged(area, List.of(new SettingChange(name, null, to)));
    }

    private static final OwnerId ALICE = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");

    private static @Nullable PrincipalRecord people(UserEvent... events) {
        PrincipalRecord person = null;
        for (int i = 0; i < events.length; i++) {
            person = ViewFold.apply(person, events[i], TENANT, i + 1);
        }
        return person;
    }

    private static PrincipalRecord alice(long revision, boolean enabled, List<String> roles, @Nullable Scope ceiling) {
        return PrincipalRecord.user(ALICE, TENANT, revision, enabled, roles, ceiling);
    }

    @Test
    void a_person_is_known_with_their_roles_and_the_scope_they_come_to() {
        UserCreated created = new UserCreated(ALICE, "local", List.of("viewer", "of-the-future"), null);
        assertThat(people(created)).isEqualTo(alice(1, true, List.of("viewer"), Scope.READ_ONLY));
        assertThat(people(created, new RoleGranted(ALICE, "key-admin")))
                .isEqualTo(alice(2, true, List.of("viewer", "key-admin"), Scope.ADMIN));
        assertThat(people(created, new RoleWithdrawn(ALICE, "viewer"))).isEqualTo(alice(2, true, List.of(), null));
    }

    @Test
    void a_person_is_shut_out_when_disabled_and_when_their_access_is_over() {
        UserCreated created = new UserCreated(ALICE, "local", List.of("developer"), null);
        PrincipalRecord out = alice(2, false, List.of("developer"), Scope.READ_WRITE);
        assertThat(people(created, new UserDisabled(ALICE, null))).isEqualTo(out);
        assertThat(people(created, new UserAccessEnded(ALICE, Instant.EPOCH))).isEqualTo(out);
        assertThat(people(created, new RoleGranted(ALICE, "viewer"), new UserErased(ALICE, "left")))
                .isEqualTo(alice(3, false, List.of(), null));
        assertThat(people(created, new UserDisabled(ALICE, null), new UserEnabled(ALICE)))
                .isEqualTo(alice(3, true, List.of("developer"), Scope.READ_WRITE));
        // A role that comes or goes opens nothing.
        assertThat(people(created, new UserDisabled(ALICE, null), new RoleGranted(ALICE, "viewer")))
                .isEqualTo(alice(3, false, List.of("viewer", "developer"), Scope.READ_WRITE));
    }

    @Test
    void signing_in_and_out_and_another_name_mean_nothing_to_edges() {
        UserCreated created = new UserCreated(ALICE, "local", List.of("developer"), null);
        assertThat(people(
                        created,
                        new SignedIn(ALICE, "password", null, null, null),
                        new UserUpdated(ALICE, List.of("email")),
                        new SignedOut(ALICE)))
                .isEqualTo(people(created));
    }
}
