package io.keyledger.query.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardTableTest {

    @ParameterizedTest
    @CsvSource({
        "POST,/api/v1/keys",
        "POST,/api/v1/keys/revoke",
        "POST,/api/v1/keys/key_1/rotate",
        "POST,/api/v1/keys/key_1/reveal",
        "POST,/api/v1/keys/key_1/forget",
        "DELETE,/api/v1/keys/key_1",
        "PATCH,/api/v1/keys/key_1",
        "GET,/api/v1/settings",
        "HEAD,/api/v1/settings",
        "PUT,/api/v1/settings",
        "GET,/api/v1/barriers/x",
        "POST,/api/v1/tenants"
    })
    void what_changes_something_is_forwarded(String method, String path) {
        assertThat(ForwardTable.matches(method, path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/keys",
        "GET,/api/v1/keys/key_1",
        "GET,/api/v1/keys/key_1/history",
        "POST,/internal/bootstrap",
        "POST,/api/v1/internal/bootstrap",
        "POST,/api/v1/keys/key_1/burn",
        "POST,/api/v1/keys/key_1/x/rotate",
        "POST,/api/v1/keys//rotate",
        "PUT,/api/v1/keys/key_1",
        "DELETE,/api/v1/settings",
        "GET,/api/v1/barriers/",
        "GET,/api/v1/barriers",
        "TRACE,/api/v1/settings"
    })
    void nothing_else_is(String method, String path) {
        assertThat(ForwardTable.matches(method, path)).isFalse();
    }
}
