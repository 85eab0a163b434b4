package io.keyledger.command.updating;

import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.decide;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.revoked;
import static io.keyledger.command.key.Keys.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.NameRule;
import io.keyledger.command.policy.Setting;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.Scope;
import io.keyledger.requirements.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpdateKeyTest {

    @Test
    void an_update_holds_the_values_after_it_and_names_what_changed() {
        assertThat(decide(new UpdateKey(KEY, "SIEM 2", "", Scope.ADMIN), after(created())))
                .containsExactly(new KeyUpdated(
                        KEY, "SIEM 2", null, Scope.ADMIN, true, List.of("description", "name", "scope")));
        assertThat(decide(new UpdateKey(KEY, null, "other", null), after(created())))
                .containsExactly(new KeyUpdated(KEY, NAME, "other", Scope.READ_ONLY, false, List.of("description")));
    }

    @Test
    void an_update_to_what_is_there_is_no_event() {
        assertThat(decide(new UpdateKey(KEY, NAME, "reads the audit", Scope.READ_ONLY), after(created())))
                .isEmpty();
        assertThat(decide(new UpdateKey(KEY, null, null, null), after(created())))
                .isEmpty();
    }

    @Row("S3-29")
    @Test
    void a_name_from_before_a_stricter_rule_stays_until_it_is_changed() {
        var strict = with(Setting.NAME_RULE, "strict");
        assertThat(decide(new UpdateKey(KEY, NAME, "d", null), after(created()), strict))
                .hasSize(1);
        assertThat(refusal(() -> decide(new UpdateKey(KEY, NAME + "!", null, null), after(created()), strict)))
                .isEqualTo(new Refusal.InvalidValue("name", NameRule.STRICT.allowed()));
    }

    @Test
    void a_key_that_has_ended_is_not_updated() {
        assertThat(refusal(() -> decide(new UpdateKey(KEY, "n", null, null), after(created(), revoked()))))
                .isEqualTo(new Refusal.NotActive("REVOKED"));
    }
}
