package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToldOnceTest {
    private final Story story = new Story(new ToldOnce());

    @Test
    void what_was_answered_and_told_once_is_as_it_should_be() {
        story.verify("edge-1", "accepted").verify("edge-1", "revoked").verify("edge-1", "revoked");
        story.used("a", "request-1", 1).refused("b", "edge-1", "revoked", 1).refused("c", "edge-1", "revoked", 1);
        assertThat(story.violations()).isEmpty();
        assertThat(story.looked()).isEqualTo(3);
    }

    @Test
    void a_lost_use_is_found() {
        story.verify("edge-1", "accepted");
        assertThat(story.violations()).containsExactly("request-1 was accepted by edge-1 and is told 0 times");
    }

    @Test
    void a_use_that_is_told_by_two_events_is_found_and_one_event_that_lies_there_twice_is_none() {
        story.verify("edge-1", "accepted").used("a", "request-1", 1).used("a", "request-1", 1);
        assertThat(story.violations()).isEmpty();
        story.used("b", "request-1", 1);
        assertThat(story.violations()).containsExactly("request-1 was accepted by edge-1 and is told 2 times");
    }

    @Test
    void a_use_of_a_refused_request_and_one_that_nobody_asked_for_are_found() {
        story.verify("edge-1", "revoked").refused("r", "edge-1", "revoked", 1);
        story.used("a", "request-1", 1).used("b", "request-77", 1);
        assertThat(story.violations())
                .containsExactlyInAnyOrder(
                        "request-1 is told as a use 1 times, and was not accepted",
                        "request-77 is told as a use 1 times, and was never asked");
    }

    @Test
    void a_refusal_that_is_not_counted_is_found() {
        story.verify("edge-1", "revoked").verify("edge-1", "revoked").refused("a", "edge-1", "revoked", 1);
        assertThat(story.violations()).containsExactly("1 refusals \"edge-1 revoked\" are not counted, of 2");
    }

    @Test
    void a_refusal_that_is_counted_twice_or_for_another_reason_is_found() {
        story.verify("edge-1", "revoked").refused("a", "edge-1", "revoked", 2);
        assertThat(story.violations()).singleElement().asString().contains("1 uses and refusals more than it answered");
    }

    @Test
    void a_request_without_an_answer_may_be_told_once_or_not_at_all() {
        story.answer(story.ask("edge-1"), "none").used("a", "request-1", 1);
        story.answer(story.ask("edge-1"), "none").refused("b", "edge-1", "revoked", 1);
        story.answer(story.ask("edge-1"), "none");
        story.ask("edge-1");
        assertThat(story.violations()).isEmpty();
        story.refused("c", "edge-1", "revoked", 3);
        assertThat(story.violations()).singleElement().asString().contains("left 4 without an answer");
    }
}
