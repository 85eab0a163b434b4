package io.keyledger.cli.siem;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.JsonReader;
import io.keyledger.events.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The configurations of {@code infra/siem}, as far as they can be checked without the programs. */
class ConfigurationsTest {
    /** What is given as a password or a token, however it is quoted. */
    private static final Pattern SECRET =
            Pattern.compile("(?i)(?:password|token)\\\\?[\"']?\\s*(?:=>|[=:])\\s*\\\\?[\"']?([^\"'\\\\\\s;,]+)");

    private static final List<String> PLACES =
            List.of("PASSWORD", "${KEYLEDGER_SIEM_PASSWORD}", "HEC-TOKEN", "changeit");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> !file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static Path folder() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("infra/siem"))) {
            at = Objects.requireNonNull(at.getParent());
        }
        return at.resolve("infra/siem");
    }

    private static String text(String name) throws IOException {
        return Files.readString(folder().resolve(name));
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_is_short_reads_the_audit_in_a_group_of_its_own_over_tls_and_scram_and_holds_no_password(Path file)
            throws IOException {
        String text = Files.readString(file);
        assertThat(text.lines()).hasSizeLessThanOrEqualTo(26);
        assertThat(text).contains("SCRAM-SHA-512", "CA", "siem-").containsPattern("(?i)ssl|tls");
        assertThat(text).containsPattern("keyledger\\\\{0,2}\\.audit");
        assertThat(SECRET.matcher(text.replaceAll("(?m)^ *#.*$", "")).results())
                .isNotEmpty()
                .allSatisfy(given -> assertThat(given.group(1)).isIn(PLACES));
    }

    @Test
    void vector_reads_both_topics_of_events() throws IOException {
        Map<String, Map<String, Map<String, Object>>> yaml = yaml("vector.yaml");
        Map<String, Object> source = Objects.requireNonNull(
                Objects.requireNonNull(yaml.get("sources")).get("keyledger"));
        assertThat(source).containsEntry("type", "kafka").containsEntry("auto_offset_reset", "earliest");
        assertThat(source.get("topics")).isInstanceOf(List.class);
        Pattern topics =
                Pattern.compile(String.valueOf(((List<?>) Objects.requireNonNull(source.get("topics"))).getFirst()));
        assertThat(Stream.of(Topics.LIFECYCLE, Topics.ACTIVITY)).allMatch(topics.asMatchPredicate());
        assertThat(topics.asMatchPredicate().test(Topics.CREDENTIALS)).isFalse();
    }

    @Test
    void filebeat_speaks_a_protocol_that_the_broker_still_knows() throws IOException {
        Map<String, List<Map<String, Object>>> yaml = yaml("filebeat.yml");
        Map<String, Object> input =
                Objects.requireNonNull(yaml.get("filebeat.inputs")).getFirst();
        assertThat(input)
                .containsEntry("version", "2.1.0")
                .containsEntry("initial_offset", "oldest")
                .containsEntry("topics", List.of(Topics.LIFECYCLE, Topics.ACTIVITY));
    }

    @Test
    void splunk_connect_reads_both_topics_of_events() throws IOException {
        Map<String, Object> json = JsonReader.object(Files.readAllBytes(folder().resolve("splunk-connect.json")));
        assertThat(json.get("config"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
                .containsEntry("topics", Topics.LIFECYCLE + "," + Topics.ACTIVITY);
    }

    @Test
    void logstash_and_rsyslog_open_and_close_what_they_open() throws IOException {
        for (String name : List.of("logstash.conf", "rsyslog.conf")) {
            Deque<Character> open = new ArrayDeque<>();
            char quote = 0;
            for (char c : text(name).replaceAll("(?m)^#.*$", "").toCharArray()) {
                if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if ("{[(".indexOf(c) >= 0) {
                    open.push("}])".charAt("{[(".indexOf(c)));
                } else if ("}])".indexOf(c) >= 0) {
                    assertThat(open.pop()).as(name).isEqualTo(c);
                }
            }
            assertThat(open).as(name).isEmpty();
            assertThat(quote).as(name).isEqualTo((char) 0);
        }
    }

    private static <T> Map<String, T> yaml(String name) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(name));
    }
}
