package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.system.Tenant.Issued;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent: a problem with the field, the limit and the fix; never 5xx, never a stack trace, nothing half done. */
@OnPlatform
@Order(30)
class BadInputIT {
    private static final String LONG = "x".repeat(600);

    private final RunningPlatform platform;
    private final Tenant tenant;
    private final Issued key;
    private final Issued foreign;
    private final int before;

    BadInputIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
        this.key = tenant.create("target", "read-only");
        this.foreign = platform.tenant().create("of another tenant", "read-only");
        this.before = events();
    }

    private int events() {
        return platform.journal()
                .where(s -> s.topic().endsWith("lifecycle.v1")
                        && s.event().tenant().value().equals(tenant.id()))
                .size();
    }

    /** Method, path with {key} and {foreign}, body with {secret}, the expected statuses, the field or null. */
    static Stream<Arguments> table() {
        return Stream.of(
                row("POST", "/keys", "", "400", null),
                row("POST", "/keys", "{", "400", null),
                row("POST", "/keys", "[]", "400", null),
                row("POST", "/keys", "null", "400", null),
                row("POST", "/keys", "\"text\"", "400", null),
                row("POST", "/keys", "{\"name\":\"a\",\"scope\":\"read-only\"} trailing", "400", null),
                row("POST", "/keys", "{\"name\":\"a\",\"name\":\"b\",\"scope\":\"read-only\"}", "400", null),
                row("POST", "/keys", "{\"name\":\"a\",\"scope\":\"read-only\",\"unknown\":1}", "400", "unknown"),
                row("POST", "/keys", "{\"name\":1,\"scope\":\"read-only\"}", "400,422", "name"),
                row("POST", "/keys", "{\"name\":null,\"scope\":\"read-only\"}", "400,422", "name"),
                row("POST", "/keys", "{\"name\":{\"a\":1},\"scope\":\"read-only\"}", "400,422", "name"),
                row("POST", "/keys", "{\"name\":[\"a\"],\"scope\":\"read-only\"}", "400,422", "name"),
                row("POST", "/keys", "{\"name\":\"\",\"scope\":\"read-only\"}", "422", "name"),
                row("POST", "/keys", "{\"name\":\"   \",\"scope\":\"read-only\"}", "422", "name"),
                row("POST", "/keys", "{\"name\":\"a\\u0000b\",\"scope\":\"read-only\"}", "422", "name"),
                row("POST", "/keys", "{\"name\":\"a\\nb\",\"scope\":\"read-only\"}", "422", "name"),
                row("POST", "/keys", "{\"name\":\"a\\ud800b\",\"scope\":\"read-only\"}", "400,422", null),
                row("POST", "/keys", "{\"name\":\"a\\u202eb\",\"scope\":\"read-only\"}", "422", "name"),
                row("POST", "/keys", "{\"name\":\"" + "x".repeat(101) + "\",\"scope\":\"read-only\"}", "422", "name"),
                row("POST", "/keys", "{\"name\":\"leak {secret}\",\"scope\":\"read-only\"}", "422", "name"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"description\":\"{secret}\"}",
                        "422",
                        "description"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"description\":\"" + LONG + "\"}",
                        "422",
                        "description"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"description\":7}",
                        "400,422",
                        "description"),
                row("POST", "/keys", "{\"name\":\"a\",\"scope\":\"everything\"}", "400,422", "scope"),
                row("POST", "/keys", "{\"name\":\"a\",\"scope\":7}", "400,422", "scope"),
                row("POST", "/keys", "{\"name\":\"a\"}", "400,422", "scope"),
                row("POST", "/keys", "{\"name\":\"a\",\"scope\":\"read-only\",\"owner\":\"alice\"}", "422", "owner"),
                row("POST", "/keys", "{\"name\":\"a\",\"scope\":\"read-only\",\"owner\":\"usr_a b\"}", "422", "owner"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresIn\":\"-P1D\"}",
                        "422",
                        "expiresIn"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresIn\":\"P0D\"}",
                        "422",
                        "expiresIn"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresIn\":\"soon\"}",
                        "422",
                        "expiresIn"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresIn\":90}",
                        "400,422",
                        "expiresIn"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresIn\":\"P99999999999999999999D\"}",
                        "422",
                        "expiresIn"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
                        "422",
                        "expiresAt"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresAt\":\"tomorrow\"}",
                        "422",
                        "expiresAt"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresAt\":\"+999999999-12-31T23:59:59Z\"}",
                        "422",
                        "expiresAt"),
                row(
                        "POST",
                        "/keys",
                        "{\"name\":\"a\",\"scope\":\"read-only\",\"expiresAt\":\"2030-01-01T00:00:00Z\",\"expiresIn\":\"P1D\"}",
                        "400,422",
                        null),
                row("POST", "/keys", "{\"a\":" + "[".repeat(2000), "400", null),
                row("POST", "/keys", "{\"name\":\"" + "x".repeat(1 << 20) + "\"}", "413", null),
                row("POST", "/keys/{key}/revoke", "{\"reason\":\"{secret}\"}", "422", "reason"),
                row("POST", "/keys/{key}/revoke", "{\"reason\":\"" + LONG + "\"}", "422", "reason"),
                row(
                        "POST",
                        "/keys/{key}/revoke",
                        "{\"reason\":\"a\",\"reasonCode\":\"because\"}",
                        "400,422",
                        "reasonCode"),
                row("POST", "/keys/{key}/revoke", "{\"reason\":7}", "400,422", "reason"),
                row("POST", "/keys/{key}/suspend", "{\"reason\":\"{secret}\"}", "422", "reason"),
                row("POST", "/keys/{key}/rotate", "{\"gracePeriod\":\"-PT1H\"}", "422", "gracePeriod"),
                row("POST", "/keys/{key}/rotate", "{\"gracePeriod\":\"P31D\"}", "422", "gracePeriod"),
                row("POST", "/keys/{key}/rotate", "{\"gracePeriod\":\"P1000000Y\"}", "422", "gracePeriod"),
                row("POST", "/keys/{key}/rotate", "{\"gracePeriod\":3600}", "400,422", "gracePeriod"),
                row("PATCH", "/keys/{key}", "{\"name\":\"{secret}\"}", "422", "name"),
                row("PATCH", "/keys/{key}", "{\"owner\":\"usr_b\"}", "400,422", "owner"),
                row("PATCH", "/keys/{key}", "{\"scope\":null}", "400,422", "scope"),
                row("POST", "/keys/revoke", "{}", "400,422", null),
                row("POST", "/keys/revoke", "{\"keyIds\":[],\"reason\":\"a\"}", "400,422", "keyIds"),
                row("POST", "/keys/revoke", "{\"keyIds\":[\"nonsense\"],\"reason\":\"a\"}", "400,404,422", null),
                row("POST", "/keys/revoke", "{\"keyIds\":\"{key}\",\"reason\":\"a\"}", "400,422", "keyIds"),
                row(
                        "POST",
                        "/keys/revoke",
                        "{\"keyIds\":[\"{key}\"],\"reason\":\"a\",\"dryRun\":\"yes\"}",
                        "400,422",
                        "dryRun"),
                row("PUT", "/settings", "{\"keys.unknown\":1}", "422", "keys.unknown"),
                row("PUT", "/settings", "{\"keys.enabled\":\"true\"}", "400,422", "keys.enabled"),
                row("PUT", "/settings", "{\"keys.maxExpiry\":\"-P1D\"}", "422", "keys.maxExpiry"),
                row("PUT", "/settings", "{\"keys.prefix\":\"Not OK\"}", "422", "keys.prefix"),
                row("PUT", "/settings", "{\"keys.nameRule\":null}", "400,422", "keys.nameRule"),
                row("POST", "/keys/key_00000000000000000000000000/revoke", "{\"reason\":\"a\"}", "404", null),
                row("POST", "/keys/nonsense/revoke", "{\"reason\":\"a\"}", "404,422", null),
                row("POST", "/keys/{foreign}/revoke", "{\"reason\":\"a\"}", "404", null),
                row("POST", "/keys/{foreign}/rotate", "{\"gracePeriod\":\"PT1H\"}", "404", null),
                row("PATCH", "/keys/{foreign}", "{\"name\":\"mine now\"}", "404", null),
                row("DELETE", "/keys/{foreign}", null, "404", null),
                row("GET", "/keys/{foreign}", null, "404", null),
                row("GET", "/keys/{foreign}/history", null, "404", null),
                row("GET", "/keys/{foreign}/usage", null, "404", null),
                row("GET", "/keys/key_00000000000000000000000000", null, "404", null),
                row("GET", "/keys/nonsense", null, "404,422", null),
                row("GET", "/keys/..%2f..%2fetc", null, "400,404", null),
                row("GET", "/keys?limit=0", null, "400,422", "limit"),
                row("GET", "/keys?limit=501", null, "400,422", "limit"),
                row("GET", "/keys?limit=ten", null, "400,422", "limit"),
                row("GET", "/keys?status=ASLEEP", null, "400,422", "status"),
                row("GET", "/keys?scope=everything", null, "400,422", "scope"),
                row("GET", "/keys?after=nonsense", null, "400,422", "after"),
                row("GET", "/keys/{key}?minPosition=nonsense", null, "400,422", "minPosition"),
                row("GET", "/barriers/nonsense", null, "404,422", null),
                row("GET", "/nothing/here", null, "404", null),
                row("DELETE", "/keys", null, "404,405", null),
                row("PUT", "/keys/{key}", "{}", "404,405", null));
    }

    private static Arguments row(
            String method, String path, @Nullable String body, String statuses, @Nullable String field) {
        return Arguments.of(method, path, body, statuses, field);
    }

    @ParameterizedTest(name = "{0} {1}: {3}")
    @MethodSource("table")
    void bad_input_is_a_problem(
            String method, String path, @Nullable String body, String statuses, @Nullable String field) {
        Answer answer = tenant.api().send(method, filled(path), body == null ? null : filled(body));
        assertThat(List.of(statuses.split(",", -1))).as("%s", answer).contains(String.valueOf(answer.status()));
        isProblem(answer);
        if (field != null) {
            assertThat(answer.text("field")).isEqualTo(field);
        }
    }

    @Test
    void limits_are_named_with_what_was_over_them() {
        Answer answer = tenant.tryCreate("x".repeat(101), "read-only").expect(422);
        assertThat(answer.number("limit")).isEqualTo(100);
        assertThat(answer.text("detail")).contains("100");
    }

    @Test
    void an_idempotency_key_of_another_form_is_refused() {
        for (String bad : new String[] {"", "x".repeat(201), "with blank"}) {
            Answer answer =
                    tenant.api().with("Idempotency-Key", bad).post("/keys", Tenant.body("idempotent", "read-only"));
            assertThat(answer.status()).as("'%s'", bad).isIn(400, 422);
            isProblem(answer);
        }
    }

    @Test
    void the_edge_answers_bad_questions_the_same_way() {
        Door edge = platform.edge(1);
        for (String body : new String[] {
            "",
            "{",
            "[]",
            "{}",
            "{\"key\":7}",
            "{\"key\":\"" + key.key() + "\",\"permission\":7}",
            "{\"key\":" + "[".repeat(5000)
        }) {
            Answer answer = edge.send("POST", "/v1/verify", body);
            assertThat(answer.status()).as(body).isBetween(400, 422);
            isProblem(answer);
        }
        assertThat(edge.send("POST", "/v1/verify", "{\"key\":\"" + "x".repeat(1 << 20) + "\"}")
                        .status())
                .isIn(400, 413);
        assertThat(edge.get("/v1/verify").status()).isIn(404, 405);
        assertThat(edge.get("/nothing").status()).isEqualTo(404);
        assertThat(Edges.code(edge, key.key())).isEqualTo("accepted");
    }

    private static void isProblem(Answer answer) {
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(answer.text("type")).startsWith("https://keyledger.io/problems/");
        assertThat(answer.number("status")).isEqualTo(answer.status());
        assertThat(answer.text("title")).isNotBlank();
        assertThat(answer.text("detail")).isNotBlank();
        assertThat(answer.body())
                .doesNotContain("Exception", "\tat ", "java.", "org.springframework", "SQL", "kafka")
                .hasSizeLessThan(2000);
        assertThat(Secrets.in(answer.body())).isEmpty();
    }

    private String filled(String text) {
        return text.replace("{key}", key.keyId())
                .replace("{foreign}", foreign.keyId())
                .replace("{secret}", key.key());
    }

    @AfterAll
    void nothing_was_half_done() {
        Answer row = tenant.row(key.keyId(), key.answer());
        assertThat(row.text("status")).isEqualTo("ACTIVE");
        assertThat(row.text("name")).isEqualTo("target");
        assertThat(tenant.api().get("/keys?limit=500").expect(200).items()).hasSize(2);
        assertThat(events()).isEqualTo(before);
    }
}
