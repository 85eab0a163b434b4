package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Topics;
import io.keyledger.requirements.Row;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Looks for the secret of every key that any test was ever shown, everywhere: in all files of the platform, all topics, all
 * tables, all indices and all logs. Runs last, when there is most to find.
 */
@OnPlatform
@Order(900)
@Row({"S1-24", "S1-25", "S1-73"})
class LeakIT {
    private static final int LENGTH = 43;

    private final RunningPlatform platform;
    private final Set<String> secrets;
    private final BitSet beginnings = new BitSet();

    LeakIT(RunningPlatform platform) {
        this.platform = platform;
        Tenant tenant = platform.tenant();
        tenant.create("one at least", "read-only");
        // One that is kept, and was shown again.
        tenant.settings(Map.of("keys.recoverable", true)).expect(200);
        Tenant.Issued kept = tenant.create("and one that is kept", "read-only", "recoverable", true);
        tenant.api()
                .post("/keys/" + kept.keyId() + "/reveal", Map.of("reason", "to be searched for"))
                .expect(200);
        this.secrets = platform.issuedKeys().stream().map(Secrets::secretOf).collect(Collectors.toSet());
        secrets.forEach(secret -> beginnings.set(beginning(secret, 0)));
    }

    @Test
    void no_file_and_no_log_holds_a_secret() throws IOException {
        assertThat(secrets).isNotEmpty();
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(platform.dataDir())) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                search(file, found);
            }
        }
        assertThat(found).isEmpty();
    }

    private void search(Path file, List<String> found) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".jar") || name.endsWith(".jsa") || name.endsWith(".so") || name.equals("bootstrap.key")) {
            return;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            search(in, file.toString(), found);
        } catch (NoSuchFileException e) {
            // A server has just finished with it.
            return;
        }
    }

    @Test
    void no_topic_holds_a_secret() {
        List<String> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                platform.servers().kafka().adminProperties(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Topics.ALL.stream()
                    .flatMap(topic ->
                            IntStream.range(0, topic.partitions()).mapToObj(p -> new TopicPartition(topic.name(), p)))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    search(
                            text(record.key()) + " " + text(record.value()) + " " + record.headers(),
                            record.topic(),
                            found);
                    record.headers().forEach(header -> search(text(header.value()), record.topic(), found));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void no_table_holds_a_secret() throws SQLException {
        List<String> found = new ArrayList<>();
        Set<String> searched = new HashSet<>();
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('command', 'query', 'verifier', 'vault')")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows = statement.executeQuery("select to_jsonb(t)::text from " + table + " t")) {
                    while (rows.next()) {
                        String row = rows.getString(1);
                        search(row, table, found);
                        // Bytes show as hex: look into them as well.
                        hexIn(row).forEach(bytes -> search(bytes, table, found));
                    }
                }
                searched.add(table);
            }
        }
        assertThat(searched)
                .contains(
                        "command.domain_event",
                        "command.ledger",
                        "command.idempotency",
                        "query.event",
                        "verifier.verifier",
                        "vault.secret");
        assertThat(found).isEmpty();
    }

    private static List<String> hexIn(String row) {
        return java.util.regex.Pattern.compile("\\\\\\\\x([0-9a-f]{2,})")
                .matcher(row)
                .results()
                .map(match -> match.group(1))
                .filter(hex -> hex.length() % 2 == 0)
                .map(hex -> new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Test
    void no_index_holds_a_secret() {
        List<String> found = new ArrayList<>();
        int documents = 0;
        String after = "";
        while (true) {
            String body = platform.elasticsearch()
                    .send(
                            "POST",
                            "/_all/_search?filter_path=hits.hits._source,hits.hits.sort",
                            "{\"size\":1000,\"sort\":[{\"event.id\":\"asc\"}]"
                                    + (after.isEmpty() ? "" : ",\"search_after\":[\"" + after + "\"]") + "}")
                    .expect(200)
                    .body();
            search(body, "elasticsearch", found);
            List<String> ids = java.util.regex.Pattern.compile("\"sort\":\\[\"([^\"]+)\"\\]")
                    .matcher(body)
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            if (ids.isEmpty()) {
                break;
            }
            documents += ids.size();
            after = ids.getLast();
        }
        assertThat(documents).isGreaterThan(50);
        assertThat(found).isEmpty();
    }

    @Test
    void the_search_finds_what_is_there() throws IOException {
        List<String> found = new ArrayList<>();
        String secret = secrets.iterator().next();
        search("before" + secret + "after", "text", found);
        search(
                new java.io.ByteArrayInputStream(("x".repeat(70_000) + secret).getBytes(StandardCharsets.US_ASCII)),
                "stream",
                found);
        assertThat(found).containsExactly("text", "stream");
    }

    private void search(String text, String where, List<String> found) {
        try {
            search(new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), where, found);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Every run of 43 or more letters and digits is looked at, window by window. */
    private void search(InputStream in, String where, List<String> found) throws IOException {
        byte[] buffer = new byte[1 << 16];
        StringBuilder run = new StringBuilder();
        int length;
        while ((length = in.read(buffer)) > 0) {
            for (int i = 0; i < length; i++) {
                int c = buffer[i] & 0xff;
                if (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') {
                    run.append((char) c);
                    if (run.length() > 4096) {
                        look(run, where, found);
                        run.delete(0, run.length() - LENGTH);
                    }
                } else {
                    look(run, where, found);
                    run.setLength(0);
                }
            }
        }
        look(run, where, found);
    }

    private void look(CharSequence run, String where, List<String> found) {
        for (int i = 0; i + LENGTH <= run.length(); i++) {
            if (beginnings.get(beginning(run, i))
                    && secrets.contains(run.subSequence(i, i + LENGTH).toString())) {
                found.add(where);
                return;
            }
        }
    }

    /** A number of the first characters, so that almost nothing has to be compared. */
    private static int beginning(CharSequence text, int from) {
        int hash = 0;
        for (int i = from; i < from + 6; i++) {
            hash = hash * 67 + text.charAt(i);
        }
        return hash & 0xfffff;
    }
}
