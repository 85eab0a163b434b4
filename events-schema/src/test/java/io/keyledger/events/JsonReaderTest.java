package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "1",
                "null",
                "\"x\"",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1}{\"b\":2}",
                "{\"a\":1} x",
                "{\"a\":1,\"a\":2}",
                "{\"o\":{\"a\":1,\"a\":1}}",
                "{\"a\":1.0}",
                "{\"a\":1e3}",
                "{\"a\":9223372036854775808}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":[1,null]}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":tru}",
                "/**/{}"
            })
    void what_is_not_one_json_object_of_our_subset_is_refused(String json) {
        assertThatThrownBy(() -> JsonReader.object(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7b2261223a22c080227d",
                "7b2261223a22eda080227d",
                "7b2261223a22ff227d",
                "7b2261223a22c3227d",
                "007b007d",
                "efbbbf7b7d"
            })
    void what_is_not_utf_8_is_refused(String hex) {
        assertThatThrownBy(() -> JsonReader.object(HexFormat.of().parseHex(hex)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_refusal_does_not_quote_what_it_refuses() {
        assertThatThrownBy(() -> JsonReader.object("{\"a\":secret}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageMatching("not JSON \\(line 1, column \\d+\\)")
                .hasNoCause();
    }

    @Test
    void nesting_without_end_is_refused_and_does_not_overflow() {
        byte[] deep = ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JsonReader.object(deep)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void null_is_the_same_as_no_member() {
        assertThat(JsonReader.object("{\"a\":null,\"b\":1}".getBytes(StandardCharsets.UTF_8)))
                .containsOnlyKeys("b");
    }
}
