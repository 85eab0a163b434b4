package io.keyledger.command.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Passwords passwords = new Passwords();

    @Test
    void a_password_is_checked_against_its_hash_which_says_how_it_was_made() {
        String hash = passwords.hash("correct horse");
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("correct");
        assertThat(passwords.matches("correct horse", hash)).isTrue();
        assertThat(passwords.matches("correct Horse", hash)).isFalse();
        assertThat(passwords.hash("correct horse")).isNotEqualTo(hash);
        // One character, typed in two ways.
        assertThat(passwords.matches("cafe\u0301 au lait", passwords.hash("caf\u00e9 au lait")))
                .isTrue();
    }

    @Test
    void where_there_is_nobody_no_password_is_right_and_the_work_is_the_same() {
        String hash = passwords.hash("correct horse");
        passwords.matches("warm up", hash);
        long known = fastest(() -> passwords.matches("wrong", hash));
        long unknown =
                fastest(() -> assertThat(passwords.matches("wrong", null)).isFalse());
        assertThat(passwords.matches("correct horse", null)).isFalse();
        assertThat(unknown).isBetween(known / 3, known * 3);
    }

    private static long fastest(Runnable work) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    @Test
    void many_at_once_wait_for_their_turn() throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            Thread.ofVirtual().start(() -> {
                passwords.matches("wrong", null);
                done.incrementAndGet();
                all.countDown();
            });
        }
        all.await();
        assertThat(done).hasValue(8);
    }
}
