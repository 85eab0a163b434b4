package io.keyledger.query.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.Scope;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.siem.AuditFormat;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.audit.LogPull.Question;
import io.keyledger.query.checkpoint.Positions;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.ReadStore;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refused;
import io.keyledger.requirements.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Against a real PostgreSQL. */
class LogPullIT {
    private static final CredentialId ASKS = new CredentialId("0M9ODf6X0ft3");
    private static final CredentialId OTHER = new CredentialId("7hQ2mVx9LkA0");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final JdbcTemplate jdbc = TestDatabase.store();
    private final Fold fold = new Fold(jdbc);
    private final Positions positions = new Positions();
    private final LogPull pull = new LogPull(
            new LogPages(jdbc, ReadStore.FOLD),
            new LogCursor(AssertionKeys.make().getPrivate()),
            positions,
            Duration.ZERO);
    private final List<CloudEvent> uses = new ArrayList<>();

    private static Question question(AuditFormat format) {
        Filter filter = new Filter("t_acme", null, null, null, null, null, null, null);
        return new Question(filter, format, Arrays.asList("audit", "t_acme", null), ASKS);
    }

    private MockHttpServletResponse lines(@Nullable String after, int limit, AuditFormat format, Duration wait)
            throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/audit");
        request.addParameter("limit", Integer.toString(limit));
        if (after != null) {
            request.addParameter("after", after);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        pull.lines(request, response, Parameters.of(request, "limit", "after"), question(format), wait);
        return response;
    }

    private MockHttpServletResponse stream(@Nullable String lastEventId) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/audit");
        request.addHeader("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.addHeader("Last-Event-ID", lastEventId);
            // What a browser sends as well.
            request.addParameter("after", "of-the-first-question");
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        pull.stream(request, response, Parameters.of(request, "after"), question(AuditFormat.CLOUDEVENTS));
        return response;
    }

    private static String next(MockHttpServletResponse response) {
        String next = response.getHeader(LogPull.NEXT);
        assertThat(next).isNotNull();
        assertThat(response.getHeader("Link")).contains("after=" + next, "rel=\"next\"");
        return next == null ? "" : next;
    }

    private void use(CredentialId by, String path) {
        Instant now = Instant.parse("2026-11-22T11:00:00Z").plusSeconds(uses.size());
        String source = Sources.edge("inst-test", "edge-9", "01jda7t3y9w8q6v5n4m3k2h1g0", "0");
        KeyId key = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
        CloudEvent event = new CloudEvent(
                Ids.newEventId(now),
                source,
                uses.size() + 1,
                uses.isEmpty()
                        ? CloudEvent.GENESIS
                        : CloudEvent.hash(uses.getLast().bytes()),
                now,
                now,
                new TenantId("t_acme"),
                "key/" + key.value(),
                source,
                CloudEvent.Actor.apiKey(by),
                null,
                new KeyUsed(
                        key,
                        by,
                        "reader",
                        Scope.READ_ONLY,
                        "audit:read",
                        "GET",
                        path,
                        null,
                        null,
                        "edge-9",
                        1,
                        now,
                        now));
        uses.add(event);
        fold.fold(List.of(LoggedEvent.read(Topics.ACTIVITY, 3, uses.size() - 1, event.bytes())), 10);
        positions.moved();
    }

    @Row("S1-75")
    @ParameterizedTest
    @EnumSource
    void every_event_comes_once_in_the_format_that_was_asked_for(AuditFormat format) throws Exception {
        List<LoggedEvent> log = Log.random(3, 6, 20);
        fold.fold(log, 20);
        List<String> read = new ArrayList<>();
        String after = null;
        while (true) {
            MockHttpServletResponse response = lines(after, 17, format, Duration.ZERO);
            assertThat(response.getContentType())
                    .isEqualTo(format.isJson() ? "application/x-ndjson" : "text/plain;charset=UTF-8");
            List<String> page =
                    response.getContentAsString(StandardCharsets.UTF_8).lines().toList();
            after = next(response);
            read.addAll(page);
            if (page.isEmpty()) {
                break;
            }
        }
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(log.stream()
                        .map(e -> new String(format.line(e.bytes()), StandardCharsets.UTF_8))
                        .toList());
    }

    @Test
    void whoever_waits_is_answered_when_something_comes() throws Exception {
        String end = next(lines(null, 50, AuditFormat.CLOUDEVENTS, Duration.ZERO));
        CompletableFuture<MockHttpServletResponse> waiting = waiting(end);
        use(OTHER, "/orders");
        assertThat(waiting.join().getContentAsString()).contains("\"path\":\"/orders\"");
    }

    @Test
    void nobody_is_woken_by_the_own_question_and_still_it_is_given() throws Exception {
        String end = next(lines(null, 50, AuditFormat.CLOUDEVENTS, Duration.ZERO));
        CompletableFuture<MockHttpServletResponse> waiting = waiting(end);
        use(ASKS, "/api/v1/audit");
        await().during(Duration.ofMillis(400)).atMost(LONG).until(() -> !waiting.isDone());
        use(OTHER, "/api/v1/audit");
        assertThat(waiting.join().getContentAsString().lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("\"credentialId\":\"" + ASKS.value() + "\""));
    }

    @Test
    void when_the_time_is_over_the_answer_is_empty_and_has_a_cursor() throws Exception {
        MockHttpServletResponse response = lines(null, 50, AuditFormat.CLOUDEVENTS, Duration.ofMillis(1));
        assertThat(response.getContentAsByteArray()).isEmpty();
        use(OTHER, "/orders");
        assertThat(lines(next(response), 50, AuditFormat.CLOUDEVENTS, Duration.ZERO)
                        .getContentAsString()
                        .lines())
                .hasSize(1);
    }

    private CompletableFuture<MockHttpServletResponse> waiting(String after) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return lines(after, 50, AuditFormat.CLOUDEVENTS, LONG);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void a_stream_that_breaks_off_goes_on_after_the_last_event_that_was_read() throws Exception {
        fold.fold(Log.random(4, 4), 20);
        MockHttpServletResponse first = stream(null);
        assertThat(first.getContentType()).startsWith("text/event-stream");
        String text = first.getContentAsString(StandardCharsets.UTF_8);
        List<String> all = data(text);
        List<String> ids = ids(text);
        assertThat(all).isNotEmpty();
        int read = all.size() / 2;
        assertThat(data(stream(ids.get(read - 1)).getContentAsString(StandardCharsets.UTF_8)))
                .isEqualTo(all.subList(read, all.size()));
        // The id without data, that moves on and wakes nobody.
        use(OTHER, "/orders");
        assertThat(data(stream(ids.getLast()).getContentAsString(StandardCharsets.UTF_8)))
                .hasSize(1);
    }

    @Test
    void a_forged_place_of_a_stream_is_refused_before_it_begins() {
        assertThatThrownBy(() -> stream("forged")).isInstanceOf(Refused.class);
    }

    private static List<String> data(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .collect(Collectors.toList());
    }

    private static List<String> ids(String stream) {
        List<String> ids = new ArrayList<>();
        Matcher id = Pattern.compile("(?m)^id: (.+)$").matcher(stream);
        while (id.find()) {
            ids.add(id.group(1));
        }
        return ids;
    }
}
