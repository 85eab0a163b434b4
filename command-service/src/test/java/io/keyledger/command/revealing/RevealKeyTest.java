package io.keyledger.command.revealing;

import static io.keyledger.command.key.Keys.ALICE;
import static io.keyledger.command.key.Keys.DEFAULTS;
import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.SECOND;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.rotated;
import static io.keyledger.command.key.Keys.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyRevealed;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySecretForgotten;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.requirements.Row;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevealKeyTest {
    private static final TenantPolicy ON = with(Setting.RECOVERABLE, "true");
    private static final KeyCreated RECOVERABLE =
            new KeyCreated(KEY, NAME, null, KeyKind.KEY, Scope.READ_ONLY, ALICE, FIRST, false, null, true);

    private static RevealKey reveal(String reason) {
        return new RevealKey(KEY, reason, Reach.ADMINISTRATOR);
    }

    @Row("S2-14")
    @Test
    void the_present_secret_of_a_recoverable_key_is_shown_for_a_reason() {
        assertThat(decide(reveal("lost"), after(RECOVERABLE), ON))
                .containsExactly(new KeyRevealed(KEY, NAME, FIRST, "lost"));
        assertThat(decide(
                        reveal("lost"),
                        after(RECOVERABLE, new KeyRotated(KEY, NAME, SECOND, FIRST, NOON.plusSeconds(9), true)),
                        ON))
                .containsExactly(new KeyRevealed(KEY, NAME, SECOND, "lost"));
        assertThat(refusal(() -> decide(reveal(" "), after(RECOVERABLE), ON)))
                .isEqualTo(new Refusal.MissingField("reason"));
    }

    @Row({"S1-24", "S1-26", "S2-24"})
    @Test
    void nothing_else_is_shown() {
        Refusal not = new Refusal.NotRecoverable();
        assertThat(refusal(() -> decide(reveal("x"), after(created()), ON))).isEqualTo(not);
        assertThat(refusal(() -> decide(reveal("x"), after(RECOVERABLE, rotated(NOON.plusSeconds(9))), ON)))
                .isEqualTo(not);
        assertThat(refusal(() -> decide(
                        reveal("x"), after(RECOVERABLE, new KeySecretForgotten(KEY, NAME, List.of(FIRST), null)), ON)))
                .isEqualTo(not);
        assertThat(refusal(() -> decide(reveal("x"), after(RECOVERABLE, revoked()), ON)))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
        assertThat(refusal(() -> decide(reveal("x"), after(RECOVERABLE), DEFAULTS)))
                .isEqualTo(new Refusal.RecoverableOff());
        Reach keyAdmin = new Reach(Scope.READ_WRITE, Scope.ADMIN, ALICE);
        KeyCreated admins = new KeyCreated(KEY, NAME, null, KeyKind.KEY, Scope.ADMIN, ALICE, FIRST, true, null, true);
        assertThat(refusal(() -> decide(new RevealKey(KEY, "x", keyAdmin), after(admins), ON)))
                .isEqualTo(new Refusal.AdminScopeReserved());
    }

    @Test
    void a_copy_is_kept_no_longer_than_its_credential_is_accepted() {
        KeyRotated next = new KeyRotated(KEY, NAME, SECOND, FIRST, NOON.plusSeconds(9), true);
        assertThat(kept(after(RECOVERABLE))).containsExactly(FIRST);
        assertThat(kept(after(RECOVERABLE, next))).containsExactlyInAnyOrder(FIRST, SECOND);
        assertThat(kept(after(RECOVERABLE, next, new KeyCredentialExpired(KEY, NAME, FIRST, NOON))))
                .containsExactly(SECOND);
        assertThat(kept(after(RECOVERABLE, next, revoked()))).isEmpty();
        assertThat(kept(after(RECOVERABLE, next, new KeyExpired(KEY, NAME, List.of(FIRST, SECOND), NOON))))
                .isEmpty();
        // Rotated while the tenant has no such keys: neither the new nor the old one is kept.
        assertThat(kept(after(RECOVERABLE, rotated(NOON.plusSeconds(9))))).isEmpty();
    }

    @Test
    void what_is_kept_can_be_forgotten_once() {
        ForgetSecret forget = new ForgetSecret(KEY, "tidy");
        KeySecretForgotten forgotten = new KeySecretForgotten(KEY, NAME, List.of(FIRST), "tidy");
        assertThat(decide(forget, after(RECOVERABLE))).containsExactly(forgotten);
        assertThat(refusal(() -> decide(forget, after(RECOVERABLE, forgotten))))
                .isEqualTo(new Refusal.NotRecoverable());
        assertThat(refusal(() -> decide(forget, after(created())))).isEqualTo(new Refusal.NotRecoverable());
    }

    private static Set<CredentialId> kept(ApiKey key) {
        return ApiKey.facts(key).kept();
    }
}
