package io.keyledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.checkpoint.Positions;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.query.web.Refused;
import io.keyledger.starter.ApiKeyAuthenticationToken;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Credential;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;

/** What the endpoints take and answer, over a real PostgreSQL. */
class HistoryEndpointsIT {
    private static World world;
    private static JdbcTemplate jdbc;
    private static Simulations simulations;
    private static KeyUsed use;
    private static Instant usedAt;

    @BeforeAll
    static void fold() {
        world = new World(31, Duration.ZERO).run(600);
        jdbc = TestDatabase.store();
        new Fold(jdbc).fold(world.events, 300);
        simulations = new Simulations(() -> now());
        LoggedEvent last = world.events.stream()
                .filter(e -> e.data() instanceof KeyUsed)
                .reduce((_, later) -> later)
                .orElseThrow();
        use = (KeyUsed) Objects.requireNonNull(last.data());
        usedAt = last.time();
    }

    @AfterAll
    static void close() {
        simulations.close();
    }

    private static Instant now() {
        return world.now().plusSeconds(1);
    }

    @BeforeEach
    void signIn() throws ReflectiveOperationException {
        Constructor<ApiKeyAuthenticationToken> constructor =
                ApiKeyAuthenticationToken.class.getDeclaredConstructor(Credential.class, long.class);
        constructor.setAccessible(true);
        Credential reader = new Credential(new CredentialRecord(
                new CredentialId("zzzzzzzzzzzz"),
                new KeyId("key_01JDA7T3Y9ZZZZZZZZZZZZZZZZ"),
                World.TENANT,
                1,
                State.ACTIVE,
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId("svc_audit"),
                "auditor",
                false,
                null,
                null,
                "none",
                "A".repeat(43)));
        SecurityContextHolder.getContext().setAuthentication(constructor.newInstance(reader, 0L));
    }

    @AfterEach
    void signOut() {
        SecurityContextHolder.clearContext();
    }

    private static MockHttpServletRequest post(String body) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/v1/x");
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
        return request;
    }

    private static Map<String, Object> explain(String body) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        new ExplainEndpoint(new Courses(jdbc), Countries.UNKNOWN, HistoryEndpointsIT::now)
                .explain(post(body), response);
        return JsonReader.object(response.getContentAsByteArray());
    }

    @Test
    void a_decision_is_explained_with_the_event_that_set_what_decided() throws Exception {
        Map<String, Object> answer = explain(
                """
                {"credentialId":"%s","permission":"%s","method":"%s","path":"%s","ip":"%s","asOf":"%s"}""".formatted(use.credentialId(), use.permission(), use.method(), use.path(), use.ip(), usedAt));
        assertThat(answer).containsEntry("allowed", true).containsEntry("decidedBy", "scope");
        assertThat((List<?>) answer.get("facts")).isNotEmpty();
        Map<String, Object> before = explain(
                "{\"credentialId\":\"%s\",\"asOf\":\"%s\"}".formatted(use.credentialId(), World.START.minusSeconds(5)));
        assertThat(before).containsEntry("allowed", false).containsEntry("code", "unknown");
        assertThatThrownBy(() -> explain("{\"credentialId\":\"nosuchnosuch\"}")).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> explain("{\"credentialId\":\"%s\",\"asOf\":\"%s\"}"
                        .formatted(use.credentialId(), now().plusSeconds(9))))
                .isInstanceOf(Refused.class);
    }

    @Test
    void what_is_no_key_is_malformed_and_nothing_of_a_body_is_in_a_refusal() throws Exception {
        assertThat(explain("{\"key\":\"kl_k_hunter2\"}")).containsEntry("code", "malformed");
        for (String body : List.of(
                "{\"key\":\"hunter2\",\"hunter2\":1}",
                "{\"key\":\"hunter2\",\"permission\":\"hunter2\"}",
                "{\"key\":[\"hunter2\"]}",
                "{\"credentialId\":\"hunter2\"}",
                "{\"key\":\"hunter2\",\"ip\":\"hunter2\"}",
                "hunter2",
                "")) {
            assertThatThrownBy(() -> explain(body))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            e -> assertThat(String.valueOf(e.refusal())).doesNotContain("\"hunter2"));
        }
    }

    @Test
    void a_simulation_is_answered_and_found_again_by_its_tenant_alone() throws Exception {
        SimulationEndpoint endpoint = new SimulationEndpoint(
                simulations, new Courses(jdbc), new UseReader(jdbc), Countries.UNKNOWN, HistoryEndpointsIT::now);
        MockHttpServletResponse response = new MockHttpServletResponse();
        endpoint.simulate(
                post(
                        "{\"window\":{\"from\":\"%s\"},\"change\":{\"scope\":\"read-only\",\"policy\":{\"rates\":[{\"requests\":1,\"windowSeconds\":60}]}}}"
                                .formatted(World.START)),
                response);
        Map<String, Object> answer = JsonReader.object(response.getContentAsByteArray());
        String id = String.valueOf(answer.get("id"));
        while (!"done".equals(answer.get("state"))) {
            Thread.sleep(50);
            MockHttpServletResponse again = new MockHttpServletResponse();
            endpoint.one(id, again);
            answer = JsonReader.object(again.getContentAsByteArray());
        }
        assertThat((Map<?, ?>) answer.get("result")).extracting("requests").isEqualTo(world.requests);
        assertThat(simulations.find("t_other", id)).isNull();
        for (String body : List.of(
                "{}",
                "{\"window\":{\"from\":\"2020-01-01T00:00:00Z\"}}",
                "{\"window\":{\"from\":\"%s\"},\"keys\":[\"x\"]}".formatted(World.START),
                "{\"window\":{\"from\":\"%s\"},\"change\":{\"policy\":{\"addresses\":[\"here\"]}}}"
                        .formatted(World.START),
                "{\"window\":{\"from\":\"%s\"},\"change\":{\"policy\":{\"hours\":[1]}}}".formatted(World.START))) {
            assertThatThrownBy(() -> endpoint.simulate(post(body), new MockHttpServletResponse()))
                    .as(body)
                    .isInstanceOf(Refused.class);
        }
    }

    @Test
    void an_incident_file_and_a_difference_are_written() throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        new IncidentEndpoint(new Courses(jdbc), new UseReader(jdbc), HistoryEndpointsIT::now)
                .incident(
                        post("{\"credentialId\":\"%s\",\"since\":\"%s\"}".formatted(use.credentialId(), World.START)),
                        response);
        Map<String, Object> file = JsonReader.object(response.getContentAsByteArray());
        assertThat(file).containsEntry("keyId", use.keyId().value());
        long accepted = world.events.stream()
                .mapToLong(e -> e.data() instanceof KeyUsed u && u.keyId().equals(use.keyId()) ? u.count() : 0)
                .sum();
        assertThat(file).containsEntry("accepted", accepted);

        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/keys/x/diff");
        request.addParameter("from", World.START.minusSeconds(1).toString());
        MockHttpServletResponse diff = new MockHttpServletResponse();
        new DiffEndpoint(
                        new Courses(jdbc),
                        new MinPosition(_ -> 0L, new Positions(), Duration.ZERO),
                        HistoryEndpointsIT::now)
                .diff(use.keyId().value(), request, diff);
        assertThat((List<?>) JsonReader.object(diff.getContentAsByteArray()).get("events"))
                .isNotEmpty();
    }
}
