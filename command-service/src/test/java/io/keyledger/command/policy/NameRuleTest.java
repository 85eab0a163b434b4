package io.keyledger.command.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import org.junit.jupiter.api.Test;

class NameRuleTest {

    @Row("S2-10")
    @Test
    void names_that_people_take_for_the_same_are_the_same() {
        String form = NameRule.normalise("SIEM Integration");
        assertThat(NameRule.normalise("siem   INTEGRATION")).isEqualTo(form);
        assertThat(NameRule.normalise("ＳＩＥＭ\u00a0Integration")).isEqualTo(form);
        assertThat(NameRule.normalise("Straße")).isEqualTo(NameRule.normalise("STRASSE"));
        assertThat(NameRule.normalise("SIEM-Integration")).isNotEqualTo(form);
    }
}
