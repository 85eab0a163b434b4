package io.keyledger.query.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/objects, GET /api/v1/objects",
        "/api/v1/objects/12345, GET /api/v1/objects/{id}",
        "/api/v1/keys/key_01JDA7T3Y9W8Q6V5N4M3K2H1G0/usage, GET /api/v1/keys/{id}/usage",
        "/sync/2f1c6c1e-5a0e-4b57-9a0e-9d1c2f1c6c1e/execute, GET /sync/{id}/execute",
        "/blob/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, GET /blob/{id}",
        "/users/alice@example.com, GET /users/{id}",
        "/v2/reports/monthly, GET /v2/reports/monthly",
        "/a-long-word-that-somebody-wrote/x, GET /a-long-word-that-somebody-wrote/x",
        "/, GET /",
    })
    void what_names_one_thing_of_many_is_left_out(String path, String name) {
        assertThat(Endpoints.of("GET", path)).isEqualTo(name);
    }

    @Test
    void a_name_is_never_long_and_never_empty() {
        assertThat(Endpoints.of("GET", "/a".repeat(500))).hasSizeLessThan(210).endsWith("…");
        assertThat(Endpoints.of(null, null)).isEqualTo("-");
        assertThat(Endpoints.of("POST", null)).isEqualTo("POST");
    }
}
