package io.keyledger.command.suspension;

import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.suspended;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Refusal;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeySuspended;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspensionTest {

    @Test
    void a_suspended_key_comes_back_by_a_resumption_alone() {
        ApiKey key = after(created());
        assertThat(decide(new SuspendKey(KEY, "leave"), key))
                .containsExactly(new KeySuspended(KEY, NAME, List.of(FIRST), "leave"));
        assertThat(refusal(() -> decide(new ResumeKey(KEY, null), key))).isEqualTo(new Refusal.NotSuspended());
        ApiKey suspended = after(created(), suspended());
        assertThat(ApiKey.status(suspended)).isEqualTo("SUSPENDED");
        assertThat(refusal(() -> decide(new SuspendKey(KEY, null), suspended)))
                .isEqualTo(new Refusal.AlreadySuspended());
        assertThat(decide(new ResumeKey(KEY, "back"), suspended))
                .containsExactly(new KeyResumed(KEY, NAME, List.of(FIRST), "back"));
    }

    @Test
    void a_key_that_has_ended_is_neither_suspended_nor_resumed() {
        assertThat(refusal(() -> decide(new SuspendKey(KEY, null), after(created(), revoked()))))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
        assertThat(refusal(() -> decide(new ResumeKey(KEY, null), after(created(), suspended(), revoked()))))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
    }
}
