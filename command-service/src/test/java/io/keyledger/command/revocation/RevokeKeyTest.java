package io.keyledger.command.revocation;

import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.SECOND;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.deleted;
import static io.keyledger.command.key.Keys.expired;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.rotated;
import static io.keyledger.command.key.Keys.suspended;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.RevocationReason;
import io.keyledger.requirements.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RevokeKeyTest {
    private static final RevokeKey REVOKE = new RevokeKey(KEY, RevocationReason.COMPROMISED, "found in a repository");

    @Row({"S1-62", "S1-63", "S1-64", "S1-65", "S1-66", "S1-67", "S1-70"})
    @ParameterizedTest
    @EnumSource(RevocationReason.class)
    void a_revocation_names_the_key_its_credentials_and_the_reason(RevocationReason reason) {
        assertThat(decide(new RevokeKey(KEY, reason, "why"), after(created())))
                .containsExactly(new KeyRevoked(KEY, NAME, List.of(FIRST), reason, "why"));
    }

    @Row("S1-59")
    @Test
    void both_secrets_of_a_key_in_grace_end_together() {
        assertThat(decide(REVOKE, after(created(), rotated(NOON.plusSeconds(9)))))
                .containsExactly(new KeyRevoked(
                        KEY, NAME, List.of(FIRST, SECOND), RevocationReason.COMPROMISED, "found in a repository"));
    }

    @Test
    void a_suspended_key_can_be_revoked() {
        assertThat(decide(REVOKE, after(created(), suspended()))).hasSize(1);
    }

    @Row({"S3-22", "S3-24"})
    @Test
    void only_a_key_that_has_not_ended_can_be_revoked() {
        assertThat(refusal(() -> decide(REVOKE, after(created(), revoked()))))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
        assertThat(refusal(() -> decide(REVOKE, after(created(NOON), expired()))))
                .isEqualTo(new Refusal.NotActive("EXPIRED"));
        assertThat(refusal(() -> decide(REVOKE, after(created(), deleted())))).isEqualTo(new Refusal.NoSuchKey());
        assertThat(refusal(() -> decide(REVOKE, after()))).isEqualTo(new Refusal.NoSuchKey());
    }

    @Test
    void a_reason_is_at_most_500_characters() {
        assertThat(refusal(
                        () -> decide(new RevokeKey(KEY, RevocationReason.REPLACED, "x".repeat(501)), after(created()))))
                .isEqualTo(new Refusal.TooLong("reason", 500));
    }
}
