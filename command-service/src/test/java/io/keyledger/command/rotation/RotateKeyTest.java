package io.keyledger.command.rotation;

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

import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.Span;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.requirements.Row;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RotateKeyTest {

    private static RotateKey rotate(@Nullable String grace) {
        return new RotateKey(KEY, grace == null ? null : Span.parse(grace), NEXT);
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
}
