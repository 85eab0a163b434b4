package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrueAgeTest {
    private final Story story = new Story(new TrueAge());

    @Test
    void a_view_that_is_as_old_as_it_says_may_lack_what_came_since() {
        story.command("create", "effective")
                .command("revoke", "pending")
                .later(100)
                .verify("edge-1", "accepted", 101);
        assertThat(story.violations()).isEmpty();
        assertThat(story.looked()).isEqualTo(1);
    }

    @Test
    void a_view_that_lacks_a_revocation_older_than_it_says_is_found() {
        story.command("create", "effective")
                .command("revoke", "pending")
                .later(100)
                .verify("edge-1", "accepted", 99);
        assertThat(story.violations()).singleElement().asString().contains("accepted", "age 99 ms", "2 ms before");
    }

    @Test
    void a_view_that_lacks_a_new_key_is_found() {
        story.command("create", "pending").later(50).verify("edge-1", "unknown", 10);
        assertThat(story.violations()).hasSize(1);
    }

    @Test
    void a_view_that_lacks_a_suspension_or_a_resumption_is_found() {
        story.command("create", "effective")
                .command("suspend", "pending")
                .later(50)
                .verify("edge-1", "accepted", 10);
        assertThat(story.violations()).hasSize(1);
        story.command("resume", "pending").later(50).verify("edge-1", "accepted", 10);
        assertThat(story.violations()).hasSize(1);
        story.verify("edge-1", "suspended", 10);
        assertThat(story.violations()).hasSize(2);
    }

    @Test
    void a_change_that_was_refused_or_has_no_answer_contradicts_nobody() {
        story.command("create", "effective").command("revoke", "refused").command("revoke", "none");
        story.later(50).verify("edge-1", "accepted", 10);
        assertThat(story.violations()).isEmpty();
    }

    @Test
    void an_answer_without_an_age_says_nothing() {
        story.command("create", "effective")
                .command("revoke", "effective")
                .later(50)
                .verify("edge-1", "accepted");
        assertThat(story.violations()).isEmpty();
    }
}
