package io.keyledger.command.deletion;

import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.deleted;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Refusal;
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
}
