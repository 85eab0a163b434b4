package io.keyledger.command.deletion;

import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.SECOND;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.deleted;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.rotated;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Refusal;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.requirements.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeleteKeyTest {

    @Row("S3-25")
    @Test
    void live_and_ended_keys_are_deleted_once() {
        KeyDeleted expected = new KeyDeleted(KEY, NAME, List.of(FIRST), "tidy");
        assertThat(decide(new DeleteKey(KEY, "tidy"), after(created()))).containsExactly(expected);
        assertThat(decide(new DeleteKey(KEY, "tidy"), after(created(), revoked())))
                .containsExactly(expected);
        assertThat(refusal(() -> decide(new DeleteKey(KEY, null), after(created(), deleted()))))
                .isEqualTo(new Refusal.NoSuchKey());
        assertThat(refusal(() -> decide(new DeleteKey(KEY, null), after()))).isEqualTo(new Refusal.NoSuchKey());
        assertThat(ApiKey.status(after(created(), revoked(), deleted()))).isEqualTo("DELETED");
    }

    @Test
    void a_deletion_names_every_credential_that_could_still_be_presented() {
        KeyDeleted expected = new KeyDeleted(KEY, NAME, List.of(FIRST, SECOND), null);
        assertThat(decide(new DeleteKey(KEY, null), after(created(), rotated(NOON.plusSeconds(3600)))))
                .containsExactly(expected);
        // Ended in its grace: both were refused with it, and both are named with it.
        assertThat(decide(new DeleteKey(KEY, null), after(created(), rotated(NOON.plusSeconds(3600)), revoked())))
                .containsExactly(expected);
        assertThat(decide(
                        new DeleteKey(KEY, null),
                        after(
                                created(),
                                rotated(NOON.plusSeconds(60)),
                                new KeyCredentialExpired(KEY, NAME, FIRST, NOON.plusSeconds(60)))))
                .containsExactly(new KeyDeleted(KEY, NAME, List.of(SECOND), null));
    }
}
