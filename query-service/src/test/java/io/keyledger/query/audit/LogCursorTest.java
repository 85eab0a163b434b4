package io.keyledger.query.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.access.AssertionKeys;
import io.keyledger.query.web.Problem;
import io.keyledger.query.web.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogCursorTest {
    private static final List<@Nullable String> QUESTION = Arrays.asList("audit", "t_acme", null, "key.used");
    private static final LogPosition POSITION =
            new LogPosition(Map.of((short) 0, 0L, (short) 5, 127L, (short) 1005, Long.MAX_VALUE >>> 1));

    private final LogCursor cursors = new LogCursor(AssertionKeys.make().getPrivate());

    @Test
    void what_is_written_is_read_back() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            Map<Short, Long> next = new TreeMap<>();
            for (int n = random.nextInt(13); n > 0; n--) {
                next.put((short) random.nextInt(2_000), random.nextLong(Long.MAX_VALUE) >>> random.nextInt(62));
            }
            LogPosition position = new LogPosition(next);
            assertThat(cursors.read(cursors.text(position, QUESTION), QUESTION)).isEqualTo(position);
        }
    }

    @Test
    void one_that_was_changed_in_any_character_is_refused() {
        String good = cursors.text(POSITION, QUESTION);
        for (int i = 0; i < good.length(); i++) {
            for (char c : "A_z9-=+ ".toCharArray()) {
                if (good.charAt(i) != c) {
                    assertRefused(good.substring(0, i) + c + good.substring(i + 1), QUESTION, "was not given");
                }
            }
            assertRefused(good.substring(0, i), QUESTION, "was not given");
            assertRefused(good.substring(i + 1), QUESTION, "was not given");
        }
    }

    @Test
    void one_of_another_tenant_filter_or_list_is_refused() {
        String good = cursors.text(POSITION, QUESTION);
        for (int i = 0; i < QUESTION.size(); i++) {
            List<@Nullable String> other = new ArrayList<>(QUESTION);
            other.set(i, "other");
            assertRefused(good, other, "another tenant or to other filters");
        }
        // No two questions run into each other.
        assertRefused(cursors.text(POSITION, Arrays.asList("ab", "c")), Arrays.asList("a", "bc"), "another tenant");
    }

    @Test
    void one_of_another_installation_is_refused() {
        String foreign = new LogCursor(AssertionKeys.make().getPrivate()).text(POSITION, QUESTION);
        assertRefused(foreign, QUESTION, "was not given");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "!!", "AAAA", "eyJrIjpbXSwicSI6IiJ9"})
    void what_is_no_cursor_is_refused(String text) {
        assertRefused(text, QUESTION, "was not given");
        assertRefused(text.repeat(1_000) + "A".repeat(5_000), QUESTION, "was not given");
    }

    @Test
    void it_tells_nothing_of_the_question() {
        byte[] bytes = Base64.getUrlDecoder().decode(cursors.text(POSITION, QUESTION));
        assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("t_acme", "key.used");
    }

    private void assertRefused(String text, List<@Nullable String> question, String why) {
        assertThatThrownBy(() -> cursors.read(text, question)).isInstanceOfSatisfying(Refused.class, e -> {
            Problem problem = Problem.of(e.refusal());
            assertThat(problem.slug()).isEqualTo("invalid-cursor");
            assertThat(problem.field()).isEqualTo("after");
            assertThat(problem.detail()).contains(why);
        });
    }
}
