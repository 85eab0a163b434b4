package io.keyledger.events.siem;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CefTest {
    /** A name and its equals sign, at the beginning or after a space: no unescaped equals sign stands in a value. */
    private static final Pattern MEMBER = Pattern.compile("(?:^| )([A-Za-z0-9_.]+)=");

    static List<Path> events() throws IOException {
        return Goldens.events();
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_ever_published_has_the_line_it_always_had(Path event) throws IOException {
        Goldens.check("golden-cef", event, ".cef", Cef.line(Files.readAllBytes(event)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void a_parser_reads_back_what_was_written(Path event) throws IOException {
        assertReadsBack(Files.readAllBytes(event));
    }

    @Test
    void a_parser_reads_back_whatever_a_client_has_sent() throws IOException {
        Random random = new Random(20261130);
        for (int i = 0; i < 5_000; i++) {
            assertReadsBack(Goldens.hostile(random));
        }
    }

    @Test
    void an_event_of_a_type_not_known_yet_has_a_line_too() throws IOException {
        byte[] event = Files.readString(Goldens.EVENTS.resolve("key.revoked.v1.json"))
                .replace("key.revoked.v1", "key.ador|ned.v2")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(Cef.line(event))
                .startsWith(
                        "CEF:0|Keyledger|Keyledger|1|io.keyledger.key.ador\\|ned.v2|Event of a type not known yet|3|");
    }

    @Test
    void a_value_is_cut_at_the_length_that_the_standard_gives_and_never_within_a_character() throws IOException {
        String agent = "x".repeat(1022) + "😀y";
        byte[] event = Files.readString(Goldens.EVENTS.resolve("key.used.v1.json"))
                .replace("curl/8.5.0", agent)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(extension(header(Cef.line(event)).getLast()))
                .containsEntry("requestClientApplication", "x".repeat(1022));
    }

    private static void assertReadsBack(byte[] event) {
        String line = Cef.line(event);
        assertThat(line).doesNotContainPattern("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]");
        List<String> fields = header(line);
        assertThat(fields).hasSize(8);
        assertThat(fields.getFirst()).isEqualTo("CEF:0");
        Map<String, String> expected = new LinkedHashMap<>();
        Cef.extension(JsonReader.object(event)).forEach((name, value) -> expected.put(name, visible(value)));
        assertThat(extension(fields.getLast())).as(line).isEqualTo(expected);
    }

    /** Controls other than line ends cannot be written in CEF. */
    private static String visible(String value) {
        return value.replaceAll("[\\x00-\\x09\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029]", "\uFFFD");
    }

    /** Splits at pipes that are not escaped, seven times. */
    private static List<String> header(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        int i = 0;
        while (i < line.length() && fields.size() < 7) {
            char c = line.charAt(i);
            if (c == '\\') {
                field.append(line.charAt(++i));
            } else if (c == '|') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
            i++;
        }
        fields.add(line.substring(i));
        return fields;
    }

    private static Map<String, String> extension(String text) {
        Map<String, String> members = new LinkedHashMap<>();
        Matcher matcher = MEMBER.matcher(text);
        String name = null;
        int from = 0;
        while (matcher.find()) {
            if (name != null) {
                members.put(name, unescaped(text.substring(from, matcher.start())));
            }
            name = matcher.group(1);
            from = matcher.end();
        }
        if (name != null) {
            members.put(name, unescaped(text.substring(from)));
        }
        return members;
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                char next = text.charAt(++i);
                out.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
