package io.keyledger.query.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.InstantSource;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class DoorFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1//keys",
                "//api/v1/keys",
                "/api/v1/keys/../settings",
                "/api/v1/keys/./x",
                "/api/v1/keys%2fx/revoke",
                "/api/v1/keys/%2e%2e/settings",
                "/api/v1/keys/..;/settings",
                "/api/v1/keys;x=y",
                "/api/v1/keys/x\\y",
                "/api/v1/keys/%00",
                "/api/v1/k%65ys",
                "/api/v1/keys/.hidden",
                "/api/v1/keys/ü",
                "*",
                ""
            })
    void a_path_that_can_be_read_in_two_ways_goes_no_further(String path) throws ServletException, IOException {
        MockFilterChain chain = new MockFilterChain();
        MockHttpServletResponse response = filter(path, chain);
        assertThat(chain.getRequest()).isNull();
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString()).contains("problems/ambiguous-path");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/v1/keys",
                "/api/v1/keys/key_01JDA7T3Y9W8Q6V5N4M3K2H1G0/history",
                "/api/v1/openapi.yaml",
                "/api/v1/keys/"
            })
    void a_plain_path_goes_on_with_an_id_and_protecting_headers(String path) throws ServletException, IOException {
        MockFilterChain chain = new MockFilterChain();
        MockHttpServletResponse response = filter(path, chain);
        assertThat(chain.getRequest()).isNotNull();
        assertThat(response.getHeader("X-Request-Id")).startsWith("req_");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getHeader("Strict-Transport-Security")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"search=%zz", "search=%", "search=%4", "search=%ff", "%zz=1", "a=%c3%28", "a=%ed%a0%80"})
    void a_query_that_cannot_be_read_goes_no_further(String query) throws ServletException, IOException {
        MockFilterChain chain = new MockFilterChain();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/sign-in");
        request.setQueryString(query);
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter().doFilter(request, response, chain);
        assertThat(chain.getRequest()).isNull();
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString()).contains("problems/invalid-parameter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"search=a+b", "search=%C3%BC&x", "a=%25zz", "a=", "ü"})
    void a_query_that_can_be_read_goes_on(String query) throws ServletException, IOException {
        MockFilterChain chain = new MockFilterChain();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/sign-in");
        request.setQueryString(query);
        filter().doFilter(request, new MockHttpServletResponse(), chain);
        assertThat(chain.getRequest()).isNotNull();
    }

    @Test
    void a_form_that_cannot_be_read_is_refused_without_a_word_of_it() throws ServletException, IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter().doFilter(new MockHttpServletRequest("POST", "/sign-in"), response, (_, _) -> {
            throw new InvalidParameterException("Parameter [password] with value [hunter2%zz]");
        });
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString())
                .contains("problems/invalid-parameter")
                .doesNotContain("hunter2");
    }

    private static DoorFilter filter() {
        return new DoorFilter(InstantSource.system(), Answers::refuse);
    }

    private static MockHttpServletResponse filter(String path, MockFilterChain chain)
            throws ServletException, IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setRequestURI(path);
        filter().doFilter(request, response, chain);
        return response;
    }
}
