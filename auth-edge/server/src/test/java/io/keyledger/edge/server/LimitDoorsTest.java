package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.apiKey;
import static io.keyledger.edge.server.TestDoors.authorize;
import static io.keyledger.edge.server.TestDoors.post;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.server.TestDoors.Reply;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.requirements.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doors say of limits: fields, status, problems. Over real TLS. */
class LimitDoorsTest {
    private static TestDoors edge;

    @TempDir
    private static Path temp;

    @BeforeAll
    static void open() throws IOException, InterruptedException, GeneralSecurityException {
        edge = new TestDoors(temp);
    }

    @AfterAll
    static void close() {
        edge.close();
    }

    @BeforeEach
    void forget() {
        edge.forget();
    }

    @Test
    @Row("S5-28")
    void a_limited_key_that_passes_is_told_its_limits_and_what_is_left_of_the_tightest() throws Exception {
        edge.rates = List.of(new Rate(3, 60, Of.KEY), new Rate(100, 3600, Of.OWNER));
        edge.quotas = List.of(new Quota(1000, Period.DAY, "UTC", Of.KEY));
        Reply reply = edge.ask(authorize(apiKey()));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("RateLimit-Policy"))
                .isEqualTo("\"60s\";q=3;w=60, \"3600s-owner\";q=100;w=3600, \"day\";q=1000");
        assertThat(reply.header("RateLimit")).isEqualTo("\"60s\";r=2;t=61");
        assertThat(reply.header("Retry-After")).isEmpty();
    }

    @Test
    @Row("S5-28")
    void a_key_without_room_is_429_with_retry_after_and_a_problem_that_says_when() throws Exception {
        edge.rates = List.of(new Rate(1, 60, Of.KEY));
        assertThat(edge.ask(authorize(apiKey())).status()).isEqualTo(204);
        Reply reply = edge.ask(authorize(apiKey()));
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo("61");
        assertThat(reply.header("RateLimit")).isEqualTo("\"60s\";r=0;t=61");
        assertThat(reply.header("RateLimit-Policy")).isEqualTo("\"60s\";q=1;w=60");
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.json().get("type")).isEqualTo("https://keyledger.io/problems/rate-limited");
        assertThat(reply.body()).contains("61 s").doesNotContain(KEY.reveal());
    }

    @Test
    @Row("S5-28")
    void a_quota_that_is_used_up_says_when_it_is_there_again() throws Exception {
        edge.quotas = List.of(new Quota(1, Period.DAY, "UTC", Of.KEY));
        edge.ask(authorize(apiKey()));
        Reply reply = edge.ask(authorize(apiKey()));
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo("43200");
        assertThat(reply.json().get("type")).isEqualTo("https://keyledger.io/problems/quota-exceeded");
    }

    @Test
    @Row("S5-27")
    void whoever_has_failed_too_often_is_429_with_retry_after_and_learns_nothing_of_the_key() throws Exception {
        edge.throttledFor = 17;
        Reply reply = edge.ask(authorize(apiKey()));
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo("17");
        assertThat(reply.header("RateLimit")).isEmpty();
        assertThat(reply.json().get("type")).isEqualTo("https://keyledger.io/problems/throttled");
    }

    @Test
    void verify_tells_the_code_the_limit_and_when_to_come_again() throws Exception {
        edge.rates = List.of(new Rate(1, 60, Of.KEY));
        String question = "{\"key\":\"%s\"}".formatted(KEY.reveal());
        Reply accepted = edge.ask(verify(question));
        assertThat(accepted.json())
                .containsEntry("limit", Map.of("name", "60s", "requests", 1L, "remaining", 0L, "resetSeconds", 61L))
                .doesNotContainKey("retryAfterSeconds");
        Reply refused = edge.ask(verify(question));
        assertThat(refused.status()).isEqualTo(200);
        assertThat(refused.json())
                .containsEntry("code", "rate-limited")
                .containsEntry("valid", false)
                .containsEntry("retryAfterSeconds", 61L);
        Reply batch = edge.ask(post("/v1/verify/batch", "application/json", "{\"items\":[%s]}".formatted(question)));
        assertThat(batch.body()).contains("\"code\":\"rate-limited\"", "\"limit\":{");
    }

    @Test
    void introspection_does_not_call_a_key_inactive_that_is_only_used_too_often() throws Exception {
        edge.rates = List.of(new Rate(1, 60, Of.KEY));
        String form = "token=" + KEY.reveal();
        assertThat(edge.ask(post("/v1/introspect", "application/x-www-form-urlencoded", form))
                        .json())
                .containsEntry("active", true);
        Reply reply = edge.ask(post("/v1/introspect", "application/x-www-form-urlencoded", form));
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo("61");
    }
}
