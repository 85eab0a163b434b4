package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

    /** RFC 8785 section 3.2.2 and 3.2.4, without the fractions that our subset does not hold. */
    @Test
    void strings_and_literals_are_written_as_the_rfc_shows() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("string", "\u20ac$\017\nA'B\"\\\\\"/");
        value.put("literals", List.of(true, false));
        assertThat(HexFormat.ofDelimiter(" ").formatHex(CanonicalJson.bytes(value)))
                .isEqualTo(
                        "7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 73 74 72 69 "
                                + "6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d");
    }

    /** RFC 8785 section 3.2.2.2: the two-character escapes, other controls in lower-case hex, everything else as it is. */
    @Test
    void controls_are_escaped_and_nothing_else_is() {
        assertThat(canonical(Map.of("s", "\b\t\n\f\r\001\037\177\u0080/\u2028\ud83d\ude00")))
                .isEqualTo("{\"s\":\"\\b\\t\\n\\f\\r\\u0001\\u001f\177\u0080/\u2028\ud83d\ude00\"}");
    }

    /** RFC 8785 section 3.2.3, with those of its names that our subset holds. */
    @Test
    void members_are_sorted_by_code_unit() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("b", 1);
        value.put("1", "One");
        value.put("aa", 2);
        value.put("a", Map.of("z", 1, "Z", 2));
        value.put("</script>", "Browser Challenge");
        assertThat(canonical(value))
                .isEqualTo(
                        "{\"1\":\"One\",\"</script>\":\"Browser Challenge\",\"a\":{\"Z\":2,\"z\":1},\"aa\":2,\"b\":1}");
    }

    @Test
    void integers_are_written_up_to_the_last_exact_one() {
        assertThat(canonical(Map.of("n", List.of(0, -1, 9007199254740991L, -9007199254740991L))))
                .isEqualTo("{\"n\":[0,-1,9007199254740991,-9007199254740991]}");
        assertRefused(Map.of("n", 9007199254740992L), "2^53");
        assertRefused(Map.of("n", -9007199254740992L), "2^53");
        assertRefused(Map.of("n", Long.MIN_VALUE), "2^53");
    }

    @Test
    void a_member_without_value_is_left_out_at_every_depth() {
        Map<String, @Nullable Object> inner = new LinkedHashMap<>();
        inner.put("a", null);
        assertThat(canonical(Map.of("o", inner))).isEqualTo("{\"o\":{}}");
    }

    @Test
    void what_has_no_single_form_is_refused() {
        assertRefused(Map.of("s", "a\0b"), "U+0000");
        assertRefused(Map.of("s", "\ud83d"), "lone surrogate");
        assertRefused(Map.of("s", "\ude00\ud83d"), "lone surrogate");
        assertRefused(Map.of("s", "x\ud83dx"), "lone surrogate");
        assertRefused(Map.of("\u00fc", 1), "printable ASCII");
        assertRefused(Map.of("o", Map.of("a\n", 1)), "printable ASCII");
        assertRefused(Map.of("n", 1.5), "no canonical form");
        assertRefused(Map.of("n", Map.of(1, 2)), "not a string");
        assertRefused(Map.of("l", Arrays.asList(1, null)), "null in an array");
    }

    @RepeatedTest(200)
    void what_was_written_reads_back_and_is_written_the_same(RepetitionInfo repetition) {
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(repetition.getCurrentRepetition());
        Map<String, Object> value = randomObject(random, 3);
        byte[] bytes = CanonicalJson.bytes(value);
        Map<String, Object> read = JsonReader.object(bytes);
        assertThat(new String(CanonicalJson.bytes(read), StandardCharsets.UTF_8))
                .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        assertThat(read).isEqualTo(value);
    }

    private static Map<String, Object> randomObject(RandomGenerator random, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.put(
                    random.ints(random.nextInt(6), 0x20, 0x7f)
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString(),
                    randomValue(random, depth));
        }
        return object;
    }

    private static Object randomValue(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> randomText(random);
            case 1 -> random.nextLong(-9007199254740991L, 9007199254740992L);
            case 2 -> random.nextBoolean();
            case 3 -> randomObject(random, depth - 1);
            default -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(randomValue(random, depth - 1));
                }
                yield list;
            }
        };
    }

    private static String randomText(RandomGenerator random) {
        return random.ints(random.nextInt(12), 1, Character.MAX_CODE_POINT + 1)
                .map(c -> random.nextBoolean() ? 1 + c % 0x7f : c)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String canonical(Map<String, ?> value) {
        return new String(CanonicalJson.bytes(value), StandardCharsets.UTF_8);
    }

    private static void assertRefused(Map<String, ?> value, String said) {
        assertThatThrownBy(() -> CanonicalJson.bytes(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }
}
