package io.keyledger.query.console.signin;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class NextTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/keys", "/keys?status=ACTIVE&after=a%2Fb", "/keys/key_01JDA7T3Y9W8Q6V5N4M3K2H1G0"})
    void a_page_of_this_console_is_gone_on_to(String next) {
        assertThat(Next.of(next)).isEqualTo(next);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "https://evil.example",
                "//evil.example",
                "/\\evil.example",
                "/keys\r\nSet-Cookie: a=b",
                "javascript:alert(1)",
                "keys",
                "/sign-in",
                "/sign-out",
                "/re-authenticate?next=/",
                "/keys#x"
            })
    void anywhere_else_is_the_start(@Nullable String next) {
        assertThat(Next.of(next)).isEqualTo("/");
    }
}
