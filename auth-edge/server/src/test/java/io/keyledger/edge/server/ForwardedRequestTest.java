package io.keyledger.edge.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedRequestTest {
    private static final AddressRanges PROXIES = new AddressRanges(List.of("10.0.0.0/8", "::1/128", "2001:db8:1::/48"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nobody",
            value = {
                "203.0.113.9|203.0.113.9",
                "6.6.6.6, 203.0.113.9|203.0.113.9",
                "6.6.6.6, 203.0.113.9, 10.9.9.9|203.0.113.9",
                "203.0.113.9, 2001:db8:1::5|203.0.113.9",
                "'2001:db8:2::7, 10.1.1.1'|2001:db8:2::7",
                "[2001:db8:2::7]:4711|2001:db8:2::7",
                "203.0.113.9:4711|203.0.113.9",
                "10.2.2.2, 10.3.3.3|10.2.2.2",
                "unknown|nobody",
                "203.0.113.9, nonsense|nobody",
                "203.0.113.9, nonsense, 10.3.3.3|nobody",
            })
    void the_client_is_the_last_hop_that_no_trusted_proxy_is(String forwardedFor, @Nullable String ip)
            throws Exception {
        HttpHeaders headers = new DefaultHttpHeaders().add("X-Forwarded-For", forwardedFor.replace("'", ""));
        assertThat(ForwardedRequest.of("GET", "", headers, "10.0.0.1", PROXIES).ip())
                .isEqualTo(ip);
    }

    @Test
    void without_headers_the_asking_request_itself_counts_and_the_proxys_address_is_nobodys() throws Exception {
        ForwardedRequest request =
                ForwardedRequest.of("PUT", "/below?x", new DefaultHttpHeaders(), "10.0.0.1", PROXIES);
        assertThat(request).isEqualTo(new ForwardedRequest("PUT", "/below?x", null));
    }

    @Test
    void a_range_is_an_address_with_a_length_that_fits() {
        assertThat(PROXIES.contains("10.255.0.1")).isTrue();
        assertThat(PROXIES.contains("11.0.0.1")).isFalse();
        assertThat(PROXIES.contains("::1")).isTrue();
        assertThat(PROXIES.contains("::2")).isFalse();
        assertThat(PROXIES.contains("localhost")).isFalse();
        for (String bad : List.of("10.0.0.0/33", "localhost", "10.0.0.0/x", "10.0.0.0/-1")) {
            assertThatThrownBy(() -> new AddressRanges(List.of(bad))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
