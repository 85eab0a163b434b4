package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DarkStylesTest {
    private static final String TABLER = "/META-INF/resources/webjars/tabler__core/1.4.0/dist/css/tabler.min.css";

    private static String file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DarkStylesTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** When it is red, the style sheets have changed: what is expected here belongs into {@code dark.css}, below its first line. */
    @Test
    void without_scripts_dark_is_what_it_is_with_them() throws IOException {
        String dark = file("/static/console/dark.css");
        assertThat(dark.substring(dark.indexOf('\n') + 1))
                .isEqualTo(DarkStyles.of(file(TABLER), file("/static/console/console.css")));
    }

    @Test
    void only_what_is_said_of_dark_is_said_of_all() {
        assertThat(DarkStyles.of("""
                        @charset "utf-8"; a { b: c } [data-bs-theme=dark] a, p { d: url("x;y{}") ; e : f }
                        @media print { body[data-bs-theme="dark"] { g: h } i { j: k } } [data-bs-theme=light] a { l: m }""")).isEqualTo("""
                        :root a {
                          d: url("x;y{}");
                          e : f;
                        }
                        @media print {
                        :root {
                          g: h;
                        }
                        }
                        """);
    }
}
