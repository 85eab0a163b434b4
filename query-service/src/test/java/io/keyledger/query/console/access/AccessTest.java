package io.keyledger.query.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // method, site, mode, dest, origin, ours
                "POST, same-origin, navigate, document, https://here, true",
                "POST, none,        navigate, document, null,         true",
                "POST, cross-site,  navigate, document, https://evil, false",
                "POST, same-site,   navigate, document, https://evil, false",
                "PUT,  cross-site,  cors,     empty,    https://evil, false",
                "GET,  cross-site,  navigate, document, -,            true",
                "GET,  cross-site,  navigate, iframe,   -,            false",
                "GET,  cross-site,  no-cors,  image,    -,            false",
                "GET,  cross-site,  cors,     empty,    https://evil, false",
                "GET,  same-origin, cors,     empty,    -,            true",
                "GET,  none,        navigate, document, -,            true",
                "POST, -,           -,        -,        https://here, true",
                "POST, -,           -,        -,        https://evil, false",
                "POST, -,           -,        -,        http://here,  false",
                "POST, -,           -,        -,        null,         true",
                "POST, -,           -,        -,        -,            true",
                "GET,  -,           -,        -,        https://evil, true"
            })
    void what_another_site_makes_a_browser_send_is_not_ours(
            String method,
            @Nullable String site,
            @Nullable String mode,
            @Nullable String destination,
            @Nullable String origin,
            boolean ours) {
        assertThat(FetchMetadataFilter.isOurs(method, site, mode, destination, origin, "here"))
                .isEqualTo(ours);
    }

    @ParameterizedTest
    @CsvSource({
        "/sign-in, true",
        "/sign-in/with/corporate, true",
        "/setup, true",
        "/help/scopes, true",
        "/console/console.css, true",
        "/sign-out, false",
        "/sign-inx, false",
        "/setups, false",
        "/, false",
        "/users, false",
        "/consolex, false"
    })
    void only_these_paths_are_for_everybody(String path, boolean open) {
        assertThat(PersonFilter.isOpen(path)).isEqualTo(open);
    }
}
