package io.keyledger.command.confirmation;

import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.deleted;
import static io.keyledger.command.key.Keys.revoked;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmRevocationTest {
    private static final List<EdgeConfirmation> EDGES =
            List.of(new EdgeConfirmation("edge-1", "boot", 4, List.of(1L, 0L, 7L, 2L)));

    @Test
    void a_cause_is_confirmed_once_also_after_the_key_is_deleted() {
        ConfirmRevocation confirm = new ConfirmRevocation(KEY, "cause", EDGES);
        RevocationConfirmed confirmed = new RevocationConfirmed(KEY, NAME, "cause", EDGES);
        assertThat(decide(confirm, after(created(), revoked()))).containsExactly(confirmed);
        assertThat(decide(confirm, after(created(), revoked(), deleted()))).containsExactly(confirmed);
        assertThat(decide(confirm, after(created(), revoked(), confirmed))).isEmpty();
        assertThat(decide(confirm, after(created(), revoked(), confirmed, deleted())))
                .isEmpty();
        assertThat(decide(new ConfirmRevocation(KEY, "other", EDGES), after(created(), revoked(), confirmed)))
                .hasSize(1);
    }
}
