package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.EventType;
import io.keyledger.system.Tenant.Issued;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The same command twice, and different commands at the same moment. */
@OnPlatform
@Order(30)
class IdempotencyIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    IdempotencyIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Test
    void a_repeated_create_makes_no_second_key_and_shows_no_secret() {
        Door once = tenant.api().with("Idempotency-Key", UUID.randomUUID().toString());
        Answer first =
                once.post("/keys", Tenant.body("made only once", "read-only")).expect(201);
        Answer second =
                once.post("/keys", Tenant.body("made only once", "read-only")).expect(201);
        assertThat(second.at("key")).isNull();
        assertThat(second.at("secretShown")).isEqualTo(true);
        Map<String, Object> expected = new TreeMap<>(first.json());
        expected.remove("key");
        expected.put("secretShown", true);
        assertThat(new TreeMap<>(second.json())).isEqualTo(expected);
        assertThat(tenant.api()
                        .get("/keys?search=made%20only&minPosition=" + first.text("position"))
                        .expect(200)
                        .items())
                .hasSize(1);
        once.post("/keys", Tenant.body("something else", "read-only")).expect(422);
    }

    @Test
    void a_repeated_rotate_and_revoke_have_one_effect() {
        Issued key = tenant.create("rotated once", "read-only");
        Door once = tenant.api().with("Idempotency-Key", UUID.randomUUID().toString());
        String rotate = "/keys/" + key.keyId() + "/rotate";
        Answer first = once.post(rotate, Map.of("gracePeriod", "PT1H")).expect(200);
        Answer again = once.post(rotate, Map.of("gracePeriod", "PT1H")).expect(200);
        assertThat(again.at("key")).isNull();
        assertThat(again.at("secretShown")).isEqualTo(true);
        assertThat(again.text("credentialId")).isEqualTo(first.text("credentialId"));
        Door end = tenant.api().with("Idempotency-Key", UUID.randomUUID().toString());
        String revoke = "/keys/" + key.keyId() + "/revoke";
        end.post(revoke, Map.of("reason", "a")).expect(200);
        assertThat(end.post(revoke, Map.of("reason", "a")).expect(200).text("status"))
                .isEqualTo("REVOKED");
        platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
        assertThat(platform.journal().lifecycle(key.keyId()))
                .extracting(Journal.Seen::type)
                .containsExactly(
                        EventType.KEY_CREATED,
                        EventType.KEY_ROTATED,
                        EventType.KEY_REVOKED,
                        EventType.REVOCATION_CONFIRMED);
    }

    @Test
    void of_many_repeats_at_the_same_moment_one_shows_the_key() throws Exception {
        Door once = tenant.api().with("Idempotency-Key", UUID.randomUUID().toString());
        List<Answer> answers = atOnce(12, i -> () -> once.post("/keys", Tenant.body("parallel repeat", "read-only")));
        assertThat(answers).allMatch(answer -> answer.status() == 201);
        assertThat(answers.stream().map(answer -> answer.text("keyId")).distinct())
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.at("key") != null)).hasSize(1);
        assertThat(answers.stream().filter(answer -> Boolean.TRUE.equals(answer.at("secretShown"))))
                .hasSize(11);
    }

    @Test
    void the_same_idempotency_key_of_another_tenant_is_another_one() {
        String same = UUID.randomUUID().toString();
        Answer one = tenant.api()
                .with("Idempotency-Key", same)
                .post("/keys", Tenant.body("mine", "read-only"))
                .expect(201);
        Answer two = platform.tenant()
                .api()
                .with("Idempotency-Key", same)
                .post("/keys", Tenant.body("theirs", "read-only"))
                .expect(201);
        assertThat(two.text("keyId")).isNotEqualTo(one.text("keyId"));
        assertThat(two.at("key")).isNotNull();
    }

    @Test
    void of_many_creates_of_one_name_at_the_same_moment_one_succeeds() throws Exception {
        List<Answer> answers = atOnce(12, i -> () -> tenant.tryCreate("contested", "read-only"));
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 409)).hasSize(11);
    }

    @Test
    void parallel_creates_never_pass_the_limit_of_an_owner() throws Exception {
        Tenant limited = platform.tenant();
        limited.settings(Map.of("keys.maxPerOwner", 5)).expect(200);
        List<Answer> answers = atOnce(16, i -> () -> limited.tryCreate("race " + i, "read-only", "owner", "usr_racer"));
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(5);
        assertThat(answers.stream().filter(answer -> answer.status() != 201))
                .allMatch(answer -> answer.status() == 409 || answer.status() == 422);
    }

    @Test
    void of_many_revokes_and_rotates_of_one_key_at_the_same_moment_the_log_holds_one_truth() throws Exception {
        Issued key = tenant.create("fought over", "read-only");
        List<Answer> answers = atOnce(
                10,
                i -> () -> i % 2 == 0
                        ? tenant.revoke(key.keyId(), "race")
                        : tenant.api().post("/keys/" + key.keyId() + "/rotate", Map.of("gracePeriod", "PT1H")));
        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 409);
        platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
        assertThat(platform.journal().lifecycle(key.keyId()).stream().filter(s -> s.type() == EventType.KEY_REVOKED))
                .hasSize(1);
        assertThat(platform.journal().lifecycle(key.keyId()).stream().filter(s -> s.type() == EventType.KEY_ROTATED))
                .hasSizeLessThanOrEqualTo(1);
        answers.stream()
                .filter(answer -> answer.at("key") != null)
                .forEach(answer -> assertThat(Edges.code(platform.edge(1), answer.text("key")))
                        .isEqualTo("revoked"));
        platform.journal().verifyChains();
    }

    private interface Nth {
        Callable<Answer> call(int i);
    }

    private static List<Answer> atOnce(int count, Nth nth) throws Exception {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                calls.add(nth.call(i));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> future : pool.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        }
    }
}
