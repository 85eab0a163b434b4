package io.keyledger.events.siem;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SyslogTest {
    /** RFC 5424 section 6, as far as its grammar is regular; one element of structured data. */
    private static final Pattern MESSAGE = Pattern.compile("<(\\d{1,3})>1"
            + " (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,6}Z)"
            + " ([\\x21-\\x7e]{1,255}) ([\\x21-\\x7e]{1,48}) ([\\x21-\\x7e]{1,128}) ([\\x21-\\x7e]{1,32})"
            + " \\[([\\x21-\\x7e&&[^=\\]\"]]{1,32})((?: [\\x21-\\x7e&&[^=\\]\"]]{1,32}=\"(?:[^\"\\\\\\]]|\\\\[\"\\\\\\]])*\")*)\\]"
            + " ([\\x20-\\x7e]+)");

    private static final Pattern PARAMETER =
            Pattern.compile(" ([\\x21-\\x7e&&[^=\\]\"]]{1,32})=\"((?:[^\"\\\\\\]]|\\\\[\"\\\\\\]])*)\"");

    static List<Path> events() throws IOException {
        return Goldens.events();
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_ever_published_has_the_message_it_always_had(Path event) throws IOException {
        Goldens.check("golden-syslog", event, ".log", Syslog.line(Files.readAllBytes(event)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void a_parser_reads_back_what_was_written_and_the_event_byte_for_byte(Path event) throws IOException {
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
    void an_event_of_a_type_not_known_yet_has_a_message_too() throws IOException {
        byte[] event = Files.readString(Goldens.EVENTS.resolve("key.revoked.v1.json"))
                .replace("key.revoked.v1", "key.adorned with 日本 and more.v2")
                .getBytes(StandardCharsets.UTF_8);
        assertReadsBack(event);
        assertThat(Syslog.line(event)).contains(" io.keyledger.key.adorned_with___ [");
    }

    private static void assertReadsBack(byte[] event) {
        String line = Syslog.line(event);
        Matcher message = MESSAGE.matcher(line);
        assertThat(message.matches()).as(line).isTrue();
        assertThat(Integer.parseInt(message.group(1)) / 8).as("facility").isEqualTo(13);
        assertThat(message.group(7)).isEqualTo(Syslog.SD_ID);
        Map<String, Object> envelope = JsonReader.object(event);
        Map<String, String> expected = new LinkedHashMap<>();
        Map<?, ?> data = (Map<?, ?>) envelope.getOrDefault("data", Map.of());
        Syslog.parameters(envelope, data)
                .forEach((name, value) ->
                        expected.put(name, value.replaceAll("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]", "\uFFFD")));
        Map<String, String> read = new LinkedHashMap<>();
        Matcher parameter = PARAMETER.matcher(message.group(8));
        while (parameter.find()) {
            read.put(parameter.group(1), parameter.group(2).replaceAll("\\\\([\"\\\\\\]])", "$1"));
        }
        assertThat(read).as(line).isEqualTo(expected);
        assertThat(CanonicalJson.bytes(JsonReader.object(message.group(9).getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(event);
    }
}
