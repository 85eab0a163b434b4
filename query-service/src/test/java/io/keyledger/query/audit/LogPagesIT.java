package io.keyledger.query.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.audit.LogPages.Page;
import io.keyledger.query.audit.LogPages.Placed;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.ReadStore;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.query.web.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Against a real PostgreSQL. */
class LogPagesIT {
    private static final Filter ALL = filter(null, null);

    private final JdbcTemplate jdbc = TestDatabase.store();
    private final LogPages pages = new LogPages(jdbc, ReadStore.FOLD);
    private final Fold fold = new Fold(jdbc);
    private final List<String> seen = new ArrayList<>();
    private LogPosition at = LogPosition.BEGINNING;

    private static Filter filter(@Nullable String type, @Nullable String keyId) {
        return new Filter("t_acme", null, null, type, keyId, null, null, null);
    }

    /** Takes one page, and goes on from its end or, to be sure that it is the same, from its last event. */
    private Page take(Filter filter, int limit, boolean fromItsLast) {
        Page page = pages.page(filter, at, limit);
        assertThat(page.events()).hasSizeLessThanOrEqualTo(limit);
        page.events().forEach(event -> seen.add(new String(event.bytes(), StandardCharsets.UTF_8)));
        at = fromItsLast && !page.events().isEmpty() ? page.events().getLast().after() : page.end();
        return page;
    }

    private void takeAll(Filter filter, int limit, boolean fromItsLast) {
        while (true) {
            Page page = take(filter, limit, fromItsLast);
            if (page.exhausted() && page.events().isEmpty()) {
                return;
            }
        }
    }

    private static List<String> texts(List<LoggedEvent> log, Predicate<LoggedEvent> which) {
        return log.stream()
                .filter(which)
                .map(e -> new String(e.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    private void assertInOrder(List<LoggedEvent> log) {
        Map<String, LoggedEvent> byText = new TreeMap<>();
        log.forEach(e -> byText.put(new String(e.bytes(), StandardCharsets.UTF_8), e));
        Map<String, Long> last = new TreeMap<>();
        for (String text : seen) {
            LoggedEvent event = byText.get(text);
            assertThat(event).isNotNull();
            assertThat(event.sequence()).isGreaterThan(last.getOrDefault(event.source(), 0L));
            last.put(event.source(), event.sequence());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 500})
    void whoever_goes_on_from_each_cursor_has_every_event_once_though_they_come_late_and_meanwhile(int limit) {
        // What an edge spooled for an hour comes after what happened since.
        List<LoggedEvent> log = Log.interleaved(Log.random(11, 12, 60), 5);
        for (int from = 0; from < log.size(); from += 37) {
            fold.fold(log.subList(from, Math.min(log.size(), from + 37)), 10);
            take(ALL, limit, from % 2 == 0);
        }
        takeAll(ALL, limit, limit % 2 == 1);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(texts(log, e -> true));
        assertInOrder(log);
        assertThat(pages.page(ALL, at, limit).events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"key.used", "key.revoked", "tenant.created"})
    void a_filter_leaves_out_and_skips_nothing(String type) {
        List<LoggedEvent> log = Log.interleaved(Log.random(12, 15, 40), 6);
        for (int from = 0; from < log.size(); from += 50) {
            fold.fold(log.subList(from, Math.min(log.size(), from + 50)), 10);
            take(filter(type, null), 4, false);
        }
        takeAll(filter(type, null), 4, true);
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(texts(log, e -> e.type().equals(type)));
        assertInOrder(log);
    }

    @Test
    void one_key_is_pulled_whole() {
        List<LoggedEvent> log = Log.random(13, 8, 30);
        fold.fold(log, 20);
        String key = log.stream()
                .map(LoggedEvent::keyId)
                .filter(id -> id != null)
                .findFirst()
                .orElseThrow();
        takeAll(filter(null, key), 7, false);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(texts(log, e -> key.equals(e.keyId())));
    }

    @Test
    void while_two_threads_fold_a_third_misses_nothing_and_has_nothing_twice() throws Exception {
        List<LoggedEvent> log = Log.random(14, 30, 200);
        List<LoggedEvent> lifecycle =
                log.stream().filter(e -> e.topic().contains("lifecycle")).toList();
        List<LoggedEvent> activity =
                log.stream().filter(e -> !e.topic().contains("lifecycle")).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> folding = List.of(
                    threads.submit(() -> new Fold(jdbc).fold(lifecycle, 3)),
                    threads.submit(() -> new Fold(jdbc).fold(activity, 3)));
            while (folding.stream().anyMatch(f -> !f.isDone())) {
                take(ALL, 25, false);
            }
            for (Future<?> done : folding) {
                done.get();
            }
        }
        takeAll(ALL, 25, false);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(texts(log, e -> true));
        assertInOrder(log);
    }

    @Test
    void what_is_published_again_is_not_given_again() {
        List<LoggedEvent> log = Log.random(15, 10);
        fold.fold(log, 20);
        takeAll(ALL, 40, false);
        fold.fold(log.subList(log.size() / 2, log.size()), 20);
        takeAll(ALL, 40, false);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(texts(log, e -> true));
    }

    @Test
    void nothing_of_another_tenant_is_given() {
        fold.fold(Log.random(16, 10), 20);
        Page page =
                pages.page(new Filter("t_other", null, null, null, null, null, null, null), LogPosition.BEGINNING, 500);
        assertThat(page.events()).isEmpty();
        assertThat(page.exhausted()).isTrue();
    }

    @Test
    void the_place_moves_on_over_what_is_another_tenants_or_let_through_by_no_filter() {
        fold.fold(Log.random(17, 10), 20);
        LogPosition end = take(ALL, 500, false).end();
        Page page =
                pages.page(new Filter("t_other", null, null, null, null, null, null, null), LogPosition.BEGINNING, 5);
        assertThat(page.end()).isEqualTo(end);
    }

    @Test
    void while_the_store_is_made_again_a_cursor_beyond_it_is_refused_and_later_good_again() {
        List<LoggedEvent> log = Log.random(18, 10);
        fold.fold(log, 20);
        take(ALL, 30, false);
        fold.store().empty();
        assertThatThrownBy(() -> pages.page(ALL, at, 30)).isInstanceOf(Refused.class);
        Fold again = new Fold(jdbc);
        again.fold(log.subList(0, 5), 20);
        assertThatThrownBy(() -> pages.page(ALL, at, 30)).isInstanceOf(Refused.class);
        again.fold(log.subList(5, log.size()), 20);
        takeAll(ALL, 30, false);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(texts(log, e -> true));
    }

    @Test
    void a_store_that_another_fold_has_made_is_not_looked_at() {
        fold.fold(Log.random(19, 5), 20);
        List<Placed> events = new LogPages(jdbc, ReadStore.FOLD + 1)
                .page(ALL, LogPosition.BEGINNING, 30)
                .events();
        assertThat(events).isEmpty();
    }
}
