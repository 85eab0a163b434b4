package io.keyledger.bench;

import io.keyledger.events.Topics;
import io.keyledger.standalone.Heaps;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills a platform of its own with keys and a month of their use, and measures the console's pages on it. */
@Command(
        name = "pages",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Fills a platform of its own with keys and a month of their use, measures the console's pages,"
                + " prints tables, removes it. Loopback only.")
final class Pages implements Callable<Integer> {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final long PATIENCE_NANOS = Duration.ofHours(2).toNanos();

    @Option(names = "--keys", defaultValue = "1000000", description = "keys (default 1000000)")
    int keys;

    @Option(names = "--uses", defaultValue = "1000000", description = "events of 30 days' use (default 1000000)")
    int uses;

    @Option(names = "--visits", defaultValue = "40", description = "of each page, counted (default 40)")
    int visits;

    @Option(names = "--warm-up", defaultValue = "60", description = "visits of each page before them (default 60)")
    int warmUp;

    @Option(names = "--in-flight", defaultValue = "16", description = "commands at a time (default 16)")
    int inFlight;

    @Option(
            names = "--heap",
            paramLabel = "PROCESS=SIZE",
            description = "how much heap a JVM may have, as of `keyledger up`; may be given several times")
    Map<String, String> heaps = new LinkedHashMap<>();

    @Option(
            names = "--data",
            description =
                    "data directory; one that was filled and kept is only measured (default: a new one in /var/tmp)")
    @Nullable
    Path data;

    @Option(names = "--keep", description = "leave the data directory")
    boolean keep;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

    @Override
    public Integer call() throws Exception {
        if (keys < 1 || uses < 1 || visits < 1 || warmUp < 0 || inFlight < 1) {
            throw new IllegalArgumentException("--keys, --uses, --visits and --in-flight must be at least 1");
        }
        Path folder = data == null
                ? Path.of(
                        "/var/tmp", "keyledger-pages-" + ProcessHandle.current().pid())
                : data;
        Path marks = folder.resolveSibling(folder.getFileName() + ".filled");
        try (Platform platform = Platform.builder()
                .dataDir(folder)
                .freePorts()
                .heaps(Heaps.of(heaps))
                .quickStarts()
                .progress(System.err::println)
                .build()) {
            platform.start();
            if (!Files.exists(marks)) {
                fill(platform, folder, marks);
            }
            measure(platform, Files.readAllLines(marks));
        } finally {
            if (!keep) {
                Bench.deleteAll(folder);
                Files.deleteIfExists(marks);
            }
        }
        return 0;
    }

    /** Makes everything, waits until the read side has it all, and notes what a second run needs. */
    private void fill(Platform platform, Path folder, Path marks) throws Exception {
        Instant until = Instant.now();
        String bootstrapKey = Bench.bootstrapKey(platform);
        try (Api api = new Api(Trust.of(platform.dataDir().ca()), platform.api(), bootstrapKey)) {
            api.set("keys.maxPerOwner", Bench.MAX_PER_OWNER);
        }
        String password = UUID.randomUUID().toString();
        try (ConsoleVisit visit = visit(platform)) {
            visit.setUp(bootstrapKey, password);
        }
        Path list = folder.resolve("bench-keys.tsv");
        Properties settings = new Properties();
        settings.setProperty("keys", String.valueOf(keys));
        settings.setProperty("until", until.toString());
        settings.setProperty("in-flight", String.valueOf(inFlight));
        settings.setProperty("list", list.toString());
        settings.setProperty(
                "configuration", platform.configurationOf("command-service").toString());
        settings.setProperty("database.url", platform.servers().postgres().jdbcUrl());
        long from = System.nanoTime();
        CommandRun.child(platform.javaOf("command-service"), FillKeys.class, settings);
        double made = seconds(from);
        FillUses month = new FillUses(list, until);
        month.write(platform.servers().kafka().adminProperties(), uses, MONTH, System.err::println);
        awaitSealed(platform);
        awaitFolded(platform);
        double folded = seconds(from);
        // As autovacuum does within minutes; not by chance in the middle of a measurement.
        try (Connection connection = superuser(platform);
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
        }
        out.println("## Filled");
        out.println();
        Table table = new Table("", "");
        table.row("keys", String.format(Locale.ROOT, "%,d", keys));
        table.row("commands for them, s", made);
        table.row("events of use", String.format(Locale.ROOT, "%,d", uses));
        table.row("until all was in the read store and in the index, s", folded);
        out.println(table);
        Files.write(
                Files.createFile(
                        marks, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                List.of(password, month.busiest()));
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    private static ConsoleVisit visit(Platform platform) throws IOException {
        return new ConsoleVisit(
                Trust.context(platform.dataDir().ca()), platform.api().resolve("/"));
    }

    private static Connection superuser(Platform platform) throws SQLException {
        Servers.Postgres postgres = platform.servers().postgres();
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), postgres.password());
    }

    /** Until the ledger holds all that was decided, and Kafka all that the ledger holds. */
    private void awaitSealed(Platform platform) throws Exception {
        String waiting = "select (select count(*) from command.domain_event) - (select count(*) from command.ledger)";
        await("sealed", () -> number(platform, waiting));
    }

    /** Until the read store and the search index have folded the topics to their ends. */
    private void awaitFolded(Platform platform) throws Exception {
        try (Admin admin = Admin.create(platform.servers().kafka().adminProperties())) {
            for (String group : List.of("keyledger.query.readstore", "keyledger.query.search")) {
                await(group, () -> lag(admin, group));
            }
        }
    }

    private static long lag(Admin admin, String group) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        var topics = admin.describeTopics(List.of(Topics.LIFECYCLE, Topics.ACTIVITY))
                .allTopicNames()
                .get();
        topics.forEach((topic, description) -> description
                .partitions()
                .forEach(p -> asked.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest())));
        var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        long lag = 0;
        for (var end : admin.listOffsets(asked).all().get().entrySet()) {
            var at = committed.get(end.getKey());
            lag += end.getValue().offset() - (at == null ? 0 : at.offset());
        }
        return lag;
    }

    private static void await(String what, Callable<Long> left) throws Exception {
        long until = System.nanoTime() + PATIENCE_NANOS;
        long before = -1;
        for (long now = left.call(); now > 0; now = left.call()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(what + ": " + now + " left");
            }
            if (now != before) {
                System.err.printf(Locale.ROOT, "%s: %,d left%n", what, now);
            }
            before = now;
            Thread.sleep(5_000);
        }
    }

    private static long number(Platform platform, String sql) throws SQLException {
        try (Connection connection = superuser(platform);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void measure(Platform platform, List<String> marks) throws Exception {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("Dashboard", "/");
        pages.put("API keys, first page", "/keys");
        pages.put("… active ones", "/keys?status=ACTIVE");
        pages.put("… by last use", "/keys?sort=last-used");
        pages.put("… by requests", "/keys?sort=requests");
        pages.put("… by name", "/keys?sort=name");
        pages.put("… unused for 30 days", "/keys?watch=unused");
        pages.put("… search for a word", "/keys?search=billing");
        pages.put("… search for one key's number", "/keys?search=0000" + keys / 3 % 1000);
        pages.put("… of one owner", "/keys?owner=usr_team-0000");
        pages.put("One key", "/keys/" + marks.get(1));
        pages.put("Events", "/events");
        pages.put("Events, full text", "/events?q=billing");
        pages.put("Events of one key", "/events?keyId=" + marks.get(1));
        pages.put("Settings", "/settings");
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        try (ConsoleVisit visit = visit(platform)) {
            visit.signIn(marks.getFirst());
            for (int round = -warmUp; round < visits; round++) {
                for (Map.Entry<String, String> page : pages.entrySet()) {
                    long from = System.nanoTime();
                    visit.get(page.getValue());
                    if (round >= 0) {
                        millis.computeIfAbsent(page.getKey(), _ -> new ArrayList<>())
                                .add(seconds(from) * 1e3);
                    } else if (round == -warmUp) {
                        System.err.printf(Locale.ROOT, "%s: first %.0f ms%n", page.getKey(), seconds(from) * 1e3);
                    }
                }
            }
        }
        out.println("## Pages");
        out.println();
        Table table =
                new Table("from the request to its last byte, " + visits + " visits", "p50 ms", "p95 ms", "max ms");
        millis.forEach((page, all) -> {
            double[] sorted =
                    all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            table.row(page, Bench.rank(sorted, 50), Bench.rank(sorted, 95), Bench.rank(sorted, 100));
        });
        out.println(table);
    }
}
