package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedForEverTest {
    private final Story story = new Story(new RefusedForEver());

    @Test
    void refusals_that_stay_are_as_they_should_be() {
        story.verify("edge-1", "accepted").verify("edge-1", "revoked").verify("edge-1", "revoked");
        assertThat(story.violations()).isEmpty();
        assertThat(story.looked()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"revoked", "expired", "replaced", "deleted"})
    void an_accept_after_a_final_refusal_is_found(String refusal) {
        story.verify("edge-1", refusal).verify("edge-1", "starting").verify("edge-1", "accepted");
        assertThat(story.violations())
                .singleElement()
                .asString()
                .contains("edge-1 credential1 is accepted", refusal + " in line 2");
    }

    @Test
    void another_edge_may_not_know_yet() {
        story.verify("edge-1", "revoked").verify("edge-2", "accepted");
        assertThat(story.violations()).isEmpty();
    }

    @Test
    void what_is_refused_for_now_may_be_accepted_later() {
        story.verify("edge-1", "suspended")
                .verify("edge-1", "stale")
                .verify("edge-1", "unknown")
                .verify("edge-1", "accepted");
        assertThat(story.violations()).isEmpty();
    }

    @Test
    void two_requests_at_a_time_may_be_answered_in_any_order() {
        long one = story.ask("edge-1");
        story.verify("edge-1", "revoked").answer(one, "accepted");
        assertThat(story.violations()).isEmpty();
    }
}
