package io.keyledger.query.console.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.verifier.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalWordsTest {
    @Test
    void every_code_of_a_verdict_has_its_words_and_no_other() {
        assertThat(RefusalWords.all().keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Verdict.Code.values())
                        .filter(code -> code != Verdict.Code.ACCEPTED)
                        .map(Verdict.Code::wire)
                        .toList());
        assertThat(RefusalWords.of("of-tomorrow")).isEqualTo("of-tomorrow");
    }

    @Test
    void a_changed_policy_is_told_in_the_history() {
        Map<String, Object> policy = Map.of("addresses", List.of("192.0.2.0/24"));
        assertThat(EventWords.of("key.updated", Map.of("changed", List.of("keyName", "policy"), "policy", policy)))
                .isEqualTo("Changed: name, what it may be used for: only from 192.0.2.0/24");
        assertThat(EventWords.of("key.updated", Map.of("changed", List.of("policy"))))
                .isEqualTo("Changed: its usage policy is taken away");
        assertThat(EventWords.of("key.created", Map.of("policy", policy)))
                .isEqualTo("Created, usable so: only from 192.0.2.0/24");
        assertThat(EventWords.of("auth.failed", Map.of("reason", "rate-limited")))
                .isEqualTo("Refused: over a rate of the key");
        // Of a later version: still an event that can be looked at.
        assertThat(EventWords.of("key.created", Map.of("policy", Map.of("rates", List.of(Map.of("of", "planet"))))))
                .isEqualTo("Created, usable so: see the event");
    }
}
