package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EffectiveEverywhereTest {
    private final Story story = new Story(new EffectiveEverywhere());

    @Test
    void refusals_after_an_effective_revocation_are_as_they_should_be() {
        story.verify("edge-1", "accepted")
                .command("revoke", "effective", "edge-1")
                .verify("edge-2", "revoked");
        assertThat(story.violations()).isEmpty();
        assertThat(story.looked()).isEqualTo(1);
    }

    @Test
    void an_accept_that_was_sent_after_the_answer_is_found_at_any_edge() {
        story.command("revoke", "effective", "edge-1").verify("edge-2", "accepted");
        assertThat(story.violations()).singleElement().asString().contains("edge-2 accepts key_1", "line 4");
    }

    @Test
    void a_request_that_was_under_way_when_the_answer_came_may_be_accepted() {
        long early = story.ask("edge-1");
        story.command("revoke", "effective").answer(early, "accepted");
        assertThat(story.violations()).isEmpty();
    }

    @Test
    void while_a_revocation_is_pending_only_the_edges_that_confirmed_are_held_to_it() {
        story.command("revoke", "pending", "edge-1").verify("edge-2", "accepted");
        assertThat(story.violations()).isEmpty();
        story.verify("edge-1", "accepted");
        assertThat(story.violations()).singleElement().asString().contains("edge-1 accepts");
    }

    @Test
    void a_pending_revocation_that_becomes_effective_holds_from_then_on() {
        story.command("revoke", "pending").verify("edge-3", "accepted");
        assertThat(story.violations()).isEmpty();
        story.command("revoke", "effective").verify("edge-3", "accepted");
        assertThat(story.violations()).hasSize(1);
    }

    @Test
    void a_suspension_holds_until_somebody_resumes_the_key() {
        story.command("suspend", "effective").verify("edge-1", "accepted");
        assertThat(story.violations()).hasSize(1);
        story.command("resume", "effective").verify("edge-1", "accepted");
        assertThat(story.violations()).hasSize(1);
    }

    @Test
    void a_request_that_spans_a_resumption_may_be_accepted() {
        story.command("suspend", "effective");
        long asked = story.ask("edge-1");
        story.command("resume", "effective").answer(asked, "accepted");
        assertThat(story.violations()).isEmpty();
    }

    @Test
    void what_was_refused_or_has_no_answer_holds_nobody_to_anything() {
        story.command("revoke", "refused").command("revoke", "none").verify("edge-1", "accepted");
        assertThat(story.violations()).isEmpty();
        assertThat(story.looked()).isZero();
    }
}
