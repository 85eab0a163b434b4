package io.keyledger.query.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.query.web.Refusal.InvalidParameter;
import io.keyledger.query.web.Refusal.OutOfBounds;
import io.keyledger.query.web.Refusal.RepeatedParameter;
import io.keyledger.query.web.Refusal.UnknownParameter;
import io.keyledger.requirements.Row;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class ParametersTest {

    @Test
    void an_unknown_parameter_is_refused_and_told_what_is_known() {
        refused(() -> Parameters.of(request("limt", "5"), "limit", "after"), UnknownParameter.class, "limt");
        MockHttpServletRequest odd = request("<script>", "1");
        assertThatThrownBy(() -> Parameters.of(odd, "limit"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        e -> assertThat(Problem.of(e.refusal()).field()).isEqualTo("(not shown)"));
    }

    @Test
    void a_repeated_parameter_is_refused() {
        MockHttpServletRequest request = request("limit", "5");
        request.addParameter("limit", "6");
        refused(() -> Parameters.of(request, "limit"), RepeatedParameter.class, "limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "501", "-1", "x", "1.5", "+5", "99999999999", "1e2"})
    void a_limit_out_of_bounds_is_refused_with_the_bounds(String limit) {
        refused(() -> read("limit", limit).limit(), OutOfBounds.class, "limit");
    }

    @Test
    void a_limit_is_50_unless_given() {
        assertThat(Parameters.of(new MockHttpServletRequest(), "limit").limit()).isEqualTo(50);
        assertThat(read("limit", "500").limit()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026-13-01",
                "2026-02-30",
                "2026-11-22T11:00",
                "0000-01-01",
                "+999999999-01-01",
                "1969-12-31"
            })
    void a_bad_date_is_refused(String date) {
        refused(() -> read("startDate", date).from("startDate"), InvalidParameter.class, "startDate");
    }

    @Test
    @Row("S1-33")
    void a_date_counts_to_its_end_and_an_instant_to_itself() {
        assertThat(read("d", "2026-11-22").from("d")).isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
        assertThat(read("d", "2026-11-22").until("d")).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(read("d", "2026-11-22T11:00:00Z").until("d")).isEqualTo(Instant.parse("2026-11-22T11:00:00Z"));
        assertThat(read("d", "2026-11-22T12:00:00+01:00").from("d")).isEqualTo(Instant.parse("2026-11-22T11:00:00Z"));
    }

    @Test
    void an_empty_or_endless_text_is_refused() {
        refused(() -> read("search", " ").text("search"), InvalidParameter.class, "search");
        refused(() -> read("search", "x".repeat(201)).text("search"), OutOfBounds.class, "search");
        refused(() -> read("search", "a\0b").text("search"), InvalidParameter.class, "search");
    }

    private static void refused(ThrowingCallable call, Class<? extends Refusal> as, String field) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refused.class, e -> {
            assertThat(e.refusal()).isInstanceOf(as);
            assertThat(Problem.of(e.refusal()).status()).isEqualTo(400);
            assertThat(Problem.of(e.refusal()).field()).isEqualTo(field);
        });
    }

    private static Parameters read(String name, String value) {
        return Parameters.of(request(name, value), name);
    }

    private static MockHttpServletRequest request(String name, String value) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/audit");
        request.addParameter(name, value);
        return request;
    }
}
