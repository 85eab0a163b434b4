package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.CREDENTIAL;
import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.OTHER;
import static io.keyledger.edge.server.TestDoors.post;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.server.TestDoors.Reply;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The doors that take keys in bodies: batches, introspection, the age of the view; and what the document says of them. */
class BodyDoorsTest {
    private static final String BATCH = "/v1/verify/batch";
    private static final String INTROSPECT = "/v1/introspect";
    private static final String FORM = "application/x-www-form-urlencoded";

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

    private static Reply batch(String items) throws IOException, GeneralSecurityException {
        return edge.ask(post(BATCH, "application/json", "{\"items\":[" + items + "]}"));
    }

    private static Reply introspect(String form) throws IOException, GeneralSecurityException {
        return edge.ask(post(INTROSPECT, FORM, form));
    }

    private static String item(String key, String more) {
        return "{\"key\":\"" + key + "\"" + more + "}";
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> items(Reply reply) {
        return (List<Map<String, Object>>) Objects.requireNonNull(reply.json().get("items"));
    }

    @Test
    void each_question_of_a_batch_has_its_own_verdict_in_order_and_is_decided_once() throws Exception {
        Reply reply = batch(String.join(
                ",",
                item(KEY.reveal(), ",\"permission\":\"objects:read\",\"path\":\"/a\",\"ip\":\"192.0.2.1\""),
                item(OTHER.reveal(), ""),
                item("nonsense", ""),
                item(KEY.reveal(), ",\"permission\":\"objects:write\""),
                item(KEY.reveal(), "")));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(items(reply))
                .extracting(verdict -> verdict.get("code"))
                .containsExactly("accepted", "unknown", "malformed", "forbidden", "accepted");
        assertThat(items(reply))
                .extracting(verdict -> verdict.get("valid"))
                .containsExactly(true, false, false, false, true);
        assertThat(items(reply).getFirst())
                .containsEntry("keyId", CREDENTIAL.keyId().value())
                .containsEntry("viewAgeMillis", 7L);
        assertThat(edge.given)
                .containsExactly(Code.ACCEPTED, Code.UNKNOWN, Code.MALFORMED, Code.FORBIDDEN, Code.ACCEPTED);
        assertThat(edge.asked.getFirst().ip()).isEqualTo("192.0.2.1");
        assertThat(edge.asked.getFirst().path()).isEqualTo("/a");
    }

    @Test
    void a_batch_holds_up_to_a_hundred() throws Exception {
        assertThat(items(batch(String.join(",", Collections.nCopies(100, item(KEY.reveal(), ""))))))
                .hasSize(100);
        assertThat(edge.given).hasSize(100).containsOnly(Code.ACCEPTED);
        edge.forget();
        Reply more = batch(String.join(",", Collections.nCopies(101, item(KEY.reveal(), ""))));
        assertThat(more.status()).isEqualTo(400);
        assertThat(more.json()).containsEntry("field", "items");
        assertThat(edge.given).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|items",
                "{\"items\":{}}|items",
                "{\"items\":[]}|items",
                "{\"items\":[GOOD,7]}|items[1]",
                "{\"items\":[GOOD,{}]}|items[1].key",
                "{\"items\":[GOOD,{\"key\":\"x\",\"colour\":\"red\"}]}|items[1].colour",
                "{\"items\":[GOOD,{\"key\":\"x\",\"ip\":\"localhost\"}]}|items[1].ip",
                "{\"items\":[GOOD,{\"key\":\"x\",\"maxAge\":\"2\"}]}|items[1].maxAge",
            })
    void a_batch_that_is_not_of_the_form_decides_nothing_and_names_the_place(String body, String field)
            throws Exception {
        Reply reply = edge.ask(post(BATCH, "application/json", body.replace("GOOD", item(KEY.reveal(), ""))));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).containsEntry("field", field);
        assertThat(reply.body()).doesNotContain(KEY.reveal());
        assertThat(edge.given).isEmpty();
    }

    @Test
    void a_batch_is_503_when_there_is_a_verdict_on_none() throws Exception {
        edge.standing = Standing.STARTING;
        Reply none = batch(item(KEY.reveal(), "") + "," + item(OTHER.reveal(), ""));
        assertThat(none.status()).isEqualTo(503);
        assertThat(none.header("Retry-After")).isEqualTo("1");
        assertThat(items(none)).extracting(verdict -> verdict.get("code")).containsExactly("starting", "starting");
        Reply some = batch(item(KEY.reveal(), "") + "," + item("nonsense", ""));
        assertThat(some.status()).isEqualTo(200);
        assertThat(items(some)).extracting(verdict -> verdict.get("code")).containsExactly("starting", "malformed");
    }

    @Test
    void a_view_older_than_asked_for_is_stale_and_the_key_is_not_looked_at() throws Exception {
        edge.viewAgeMillis = 1500;
        Reply young = edge.ask(verify(item(KEY.reveal(), ",\"maxAge\":\"PT1.5S\"")));
        assertThat(young.status()).isEqualTo(200);
        assertThat(young.json()).containsEntry("code", "accepted");
        edge.viewAgeMillis = 1501;
        Reply old = edge.ask(verify(item(KEY.reveal(), ",\"maxAge\":\"PT1.5S\"")));
        assertThat(old.status()).isEqualTo(503);
        assertThat(old.header("Retry-After")).isEqualTo("1");
        assertThat(old.json())
                .containsEntry("valid", false)
                .containsEntry("code", "stale")
                .containsEntry("viewAgeMillis", 1501L)
                .doesNotContainKey("keyId");
        assertThat(edge.given).containsExactly(Code.ACCEPTED, Code.STALE);
        assertThat(edge.asked.getLast().presented()).isEqualTo(new Presented.Refused(Code.STALE, KEY.publicPart()));
        assertThat(items(batch(item(KEY.reveal(), ",\"maxAge\":\"PT1S\"") + "," + item(KEY.reveal(), ""))))
                .extracting(verdict -> verdict.get("code"))
                .containsExactly("stale", "accepted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2s", "PT0S", "-PT1S", "P1M", "PT", ""})
    void an_age_that_is_no_duration_above_zero_is_named(String age) throws Exception {
        Reply reply = edge.ask(verify(item(KEY.reveal(), ",\"maxAge\":\"%s\"".formatted(age))));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).containsEntry("field", "maxAge");
        assertThat(edge.given).isEmpty();
    }

    @Test
    void an_active_key_is_introspected_as_the_rfc_has_it() throws Exception {
        Reply reply = introspect("token_type_hint=access_token&token=" + KEY.reveal());
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        assertThat(reply.json())
                .containsEntry("active", true)
                .containsEntry("token_type", "Bearer")
                .containsEntry("client_id", CREDENTIAL.keyId().value())
                .containsEntry("sub", "usr_alice")
                .containsEntry("jti", KEY.credentialId().value())
                .containsEntry("exp", Instant.parse("2100-01-01T00:00:00Z").getEpochSecond())
                .containsOnlyKeys("active", "token_type", "scope", "client_id", "sub", "jti", "exp");
        assertThat(String.valueOf(reply.json().get("scope")).split(" ", -1))
                .contains("objects:read", "audit:read")
                .doesNotContain("objects:write");
        assertThat(edge.given).containsExactly(Code.ACCEPTED);
    }

    @Test
    void an_inactive_one_tells_nothing_more() throws Exception {
        for (String token : List.of(OTHER.reveal(), "nonsense", "", KEY.reveal() + "x", "%00", "a%20b")) {
            Reply reply = introspect("token=" + token);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("{\"active\":false}");
        }
        assertThat(edge.given).hasSize(6).doesNotContain(Code.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "token", "tokens=x", "token=a&token=b", "token=a&t%6Fken=b", "token=%", "token=%zz", "a=b"})
    void a_form_without_exactly_one_token_is_400(String form) throws Exception {
        Reply reply = introspect(form);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).containsEntry("field", "token");
        assertThat(edge.given).isEmpty();
    }

    @Test
    void introspection_is_503_while_there_is_no_verdict() throws Exception {
        edge.standing = Standing.STARTING;
        Reply reply = introspect("token=" + KEY.reveal());
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.body()).doesNotContain("active");
    }

    @ParameterizedTest
    @ValueSource(strings = {BATCH, INTROSPECT})
    void the_rules_of_verify_hold_for_each_door(String path) throws Exception {
        String type = path.equals(INTROSPECT) ? FORM : "application/json";
        String body =
                path.equals(INTROSPECT) ? "token=" + KEY.reveal() : "{\"items\":[" + item(KEY.reveal(), "") + "]}";
        Reply stranger = edge.askAsStranger(false, post(path, type, body));
        assertThat(stranger.status()).isEqualTo(403);
        assertThat(stranger.body()).contains("problems/untrusted-caller");
        assertThat(edge.given).isEmpty();
        assertThat(edge.askAsStranger(true, post(path, type, body)).status()).isEqualTo(200);
        assertThat(edge.given).containsExactly(Code.ACCEPTED);

        Reply get = edge.ask("GET " + path + " HTTP/1.1\r\nHost: e\r\n\r\n");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST");
        assertThat(edge.ask(post(path, "text/xml", body)).status()).isEqualTo(415);
        assertThat(edge.ask(post(path, type + "; charset=utf-8", body)).status())
                .isEqualTo(200);

        edge.forget();
        Reply exposed = edge.ask(post(path + "?token=" + KEY.reveal(), type, body));
        assertThat(exposed.status()).isEqualTo(400);
        assertThat(exposed.body()).contains("problems/query-credential");
        assertThat(edge.given).containsExactly(Code.QUERY_CREDENTIAL);
        assertThat(edge.asked.getFirst().path()).isEqualTo(path);
    }

    @Test
    void every_door_has_its_counters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Counters counters = new Counters(registry, Router.DECIDING);
        for (String door : List.of("authorize", "verify", "verify-batch", "introspect")) {
            counters.answered(door, Code.ACCEPTED);
            assertThat(registry.get("keyledger.edge.decisions")
                            .tags("door", door, "code", "accepted")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    /** No door without a description, and no description without a door. */
    @Test
    void the_document_tells_exactly_the_doors_there_are() throws Exception {
        Set<String> told = new TreeSet<>();
        Map<String, Map<String, Object>> paths = paths();
        paths.forEach((path, operations) -> {
            if (String.valueOf(operations.get("servers")).contains(":9443")) {
                told.add(path);
            }
        });
        Reply none = edge.ask("GET /nothing HTTP/1.1\r\nHost: e\r\n\r\n");
        assertThat(none.status()).isEqualTo(404);
        Set<String> named = new TreeSet<>(List.of(String.valueOf(none.json().get("detail"))
                .replace("There are ", "")
                .replaceFirst("\\.$", "")
                .split(", ", -1)));
        assertThat(told).isEqualTo(named);
        for (String path : told) {
            assertThat(edge.ask("GET %s HTTP/1.1\r\nHost: e\r\n\r\n".formatted(path))
                            .status())
                    .as(path)
                    .isNotEqualTo(404);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> paths() throws IOException {
        Map<String, Object> document = new Yaml().load(Files.readString(Path.of("../../docs/openapi.yaml")));
        return (Map<String, Map<String, Object>>) Objects.requireNonNull(document.get("paths"));
    }

    @Test
    void the_document_is_served_to_everybody() throws Exception {
        Reply reply = edge.askAsStranger(false, "GET /v1/openapi.yaml HTTP/1.1\r\nHost: e\r\n\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(reply.body())
                .isEqualTo(Files.readString(Path.of("../../docs/openapi.yaml"), StandardCharsets.UTF_8));
        assertThat(edge.ask(post("/v1/openapi.yaml", "application/yaml", "")).status())
                .isEqualTo(405);
    }
}
