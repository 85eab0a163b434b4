package io.keyledger.command.rotation;

import static io.keyledger.command.key.Keys.ALICE;
import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.NEXT;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.SECOND;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.deleted;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.rotated;
import static io.keyledger.command.key.Keys.suspended;
import static io.keyledger.command.key.Keys.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.Span;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.requirements.Row;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RotateKeyTest {

    private static RotateKey rotate(@Nullable String grace) {
        return new RotateKey(KEY, grace == null ? null : Span.parse(grace), NEXT, Reach.ADMINISTRATOR, null);
    }

    @Row({"S1-39", "S5-01"})
    @Test
    void the_old_secret_stays_good_for_the_grace_asked_for() {
        assertThat(decide(rotate("PT1H"), after(created())))
                .containsExactly(new KeyRotated(KEY, NAME, SECOND, FIRST, NOON.plus(Duration.ofHours(1))));
    }

    @Test
    void a_grace_of_zero_ends_the_old_secret_at_once() {
        assertThat(decide(rotate("PT0S"), after(created())))
                .containsExactly(
                        new KeyRotated(KEY, NAME, SECOND, FIRST, NOON),
                        new KeyCredentialExpired(KEY, NAME, FIRST, NOON));
    }

    @Test
    void a_grace_outlives_neither_the_policy_nor_the_key() {
        assertThat(refusal(() -> decide(rotate("P31D"), after(created())))).isEqualTo(new Refusal.GraceTooLong("P30D"));
        assertThat(decide(rotate("P30D"), after(created())))
                .containsExactly(new KeyRotated(KEY, NAME, SECOND, FIRST, NOON.plus(Duration.ofDays(30))));
        assertThat(decide(rotate("PT2H"), after(created(NOON.plusSeconds(60)))))
                .containsExactly(new KeyRotated(KEY, NAME, SECOND, FIRST, NOON.plusSeconds(60)));
        assertThat(decide(rotate(null), after(created()), with(Setting.MAX_GRACE, "PT1H")))
                .containsExactly(new KeyRotated(KEY, NAME, SECOND, FIRST, NOON.plus(Duration.ofHours(1))));
    }

    @Test
    void a_key_in_grace_waits_with_its_next_rotation() {
        assertThat(refusal(() -> decide(rotate("PT1H"), after(created(), rotated(NOON.plusSeconds(1))))))
                .isEqualTo(new Refusal.StillInGrace(NOON.plusSeconds(1)));
    }

    @Row("S3-24")
    @Test
    void a_key_that_has_ended_or_is_suspended_is_not_rotated() {
        assertThat(refusal(() -> decide(rotate("PT1H"), after(created(), revoked()))))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
        assertThat(refusal(() -> decide(rotate("PT1H"), after(created(), suspended()))))
                .isEqualTo(new Refusal.AlreadySuspended());
        assertThat(refusal(() -> decide(rotate("PT1H"), after(created(), deleted()))))
                .isEqualTo(new Refusal.NoSuchKey());
        assertThat(refusal(() -> decide(rotate("PT1H"), after()))).isEqualTo(new Refusal.NoSuchKey());
    }

    private static RotateKey by(Reach reach) {
        return new RotateKey(KEY, Span.parse("PT1H"), NEXT, reach, null);
    }

    @Test
    void the_new_secret_of_a_key_is_for_nobody_who_may_do_less_than_the_key() {
        Reach keyAdmin = reach(Role.KEY_ADMIN);
        assertThat(refusal(() -> decide(by(keyAdmin), after(created(KeyKind.KEY, Scope.ADMIN)))))
                .isEqualTo(new Refusal.AdminScopeReserved());
        assertThat(decide(by(keyAdmin), after(created(KeyKind.KEY, Scope.READ_WRITE))))
                .hasSize(1);
        assertThat(decide(by(reach(Role.TENANT_ADMIN)), after(created(KeyKind.KEY, Scope.ADMIN))))
                .hasSize(1);
        // Also when it became such a key only a moment ago.
        KeyUpdated widened = new KeyUpdated(KEY, NAME, null, Scope.ADMIN, true, List.of("scope"));
        assertThat(refusal(() -> decide(by(keyAdmin), after(created(), widened))))
                .isEqualTo(new Refusal.AdminScopeReserved());
    }

    @Row("S4-35")
    @Test
    void the_new_secret_of_a_personal_token_is_for_its_owner_alone() {
        ApiKey token = after(created(KeyKind.PERSONAL, Scope.ADMIN));
        for (Reach other : List.of(reach(Role.KEY_ADMIN), reach(Role.TENANT_ADMIN), Reach.ADMINISTRATOR)) {
            assertThat(refusal(() -> decide(by(other), token))).isEqualTo(new Refusal.PersonNeeded());
        }
        Grants viewer = Grants.of(Set.of(Role.VIEWER), RolePreset.CENTRAL);
        assertThat(decide(by(new Reach(viewer.widestKey(), viewer.ceiling(), ALICE)), token))
                .hasSize(1);
    }

    @Test
    void a_bootstrap_key_gets_no_second_secret() {
        ApiKey bootstrap = after(created(KeyKind.BOOTSTRAP, Scope.ADMIN));
        assertThat(refusal(() -> decide(by(Reach.ADMINISTRATOR), bootstrap))).isEqualTo(new Refusal.BootstrapKey());
    }

    private static Reach reach(Role role) {
        Grants grants = Grants.of(Set.of(role), RolePreset.CENTRAL);
        return new Reach(grants.widestKey(), grants.ceiling(), new OwnerId("usr_bob"));
    }
}
