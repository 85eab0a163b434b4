package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class CarriersTest {
    private final PresentedKey key = Logs.Issued.make().key();
    private final String text = key.reveal();

    private static Code code(Presented presented) {
        return presented instanceof Presented.Refused refused ? refused.code() : Code.ACCEPTED;
    }

    private static Presented authorization(String... lines) {
        return Carriers.read(List.of(lines), List.of(), null);
    }

    @Test
    @Row({"S1-30", "S2-02"})
    void each_of_the_three_carriers_is_read_and_schemes_in_any_case() {
        for (Presented presented : List.of(
                authorization("ApiKey " + text),
                authorization("apikey   " + text + " "),
                authorization("Bearer " + text),
                authorization("BEARER " + text),
                Carriers.read(List.of(), List.of(text), "a=1"))) {
            assertThat(presented)
                    .isInstanceOfSatisfying(
                            Presented.Key.class,
                            k -> assertThat(k.key().reveal()).isEqualTo(text));
        }
    }

    @Test
    @Row({"S2-03"})
    void none_is_no_credential_and_more_than_one_is_too_many_even_when_they_are_equal() {
        assertThat(code(Carriers.read(List.of(), List.of(), null))).isEqualTo(Code.NO_CREDENTIAL);
        assertThat(code(authorization("ApiKey " + text, "ApiKey " + text))).isEqualTo(Code.MANY_CREDENTIALS);
        assertThat(code(Carriers.read(List.of("Bearer " + text), List.of(text), null)))
                .isEqualTo(Code.MANY_CREDENTIALS);
        assertThat(code(Carriers.read(List.of("Basic dXNlcjpwYXNz"), List.of(text), null)))
                .isEqualTo(Code.MANY_CREDENTIALS);
        assertThat(code(Carriers.read(List.of(), List.of(text, text), null))).isEqualTo(Code.MANY_CREDENTIALS);
    }

    @Test
    void what_is_not_one_key_is_malformed() {
        for (String value : List.of(
                "",
                " ",
                "ApiKey",
                "ApiKey ",
                text,
                "Basic " + text,
                "ApiKey " + text + ", ApiKey " + text,
                "ApiKey " + text + "x",
                "ApiKey " + text.substring(1),
                "ApiKey\t" + text,
                "ApiKey " + text + "\u00e9")) {
            assertThat(code(authorization(value))).as(value).isEqualTo(Code.MALFORMED);
        }
    }

    @Test
    void a_mistyped_key_names_its_public_part_and_noise_names_nothing() {
        String mistyped = text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0");
        assertThat(authorization("ApiKey " + mistyped))
                .isEqualTo(new Presented.Refused(Code.MALFORMED, key.publicPart()));
        assertThat(authorization("ApiKey secret")).isEqualTo(new Presented.Refused(Code.MALFORMED, null));
    }

    @Test
    void a_key_in_the_query_string_is_refused_whatever_the_headers_hold() {
        String encoded = "key=" + text.replace("_", "%5F");
        for (String query : List.of("api_key=" + text, "a=1&x=" + text + "&b=2", encoded)) {
            assertThat(Carriers.read(List.of("ApiKey " + text), List.of(), query))
                    .isEqualTo(new Presented.Refused(Code.QUERY_CREDENTIAL, key.publicPart()));
        }
        assertThat(code(Carriers.read(List.of("ApiKey " + text), List.of(), "q=%zz")))
                .isEqualTo(Code.ACCEPTED);
    }
}
