package io.keyledger.bench;

import io.keyledger.standalone.ManagedProcess;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a platform of its own on this machine and prints tables; see {@code docs/benchmarks.md}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {Pages.class, EdgeView.class, Checks.class, Gateway.class},
        description = "Starts a platform of its own, measures it, prints tables, removes it. Loopback only.")
public final class Bench implements Callable<Integer> {
    private static final String ONE_OWNER = "usr_bench";
    private static final int OWNERS = 1_000;
    /** The highest per-owner limit that a tenant can set: one round for one owner makes no more keys than that. */
    static final int MAX_PER_OWNER = 1_000;

    /** Revoked with one call while Kafka stands still: few enough for an answer in time. */
    private static final int BATCH = 500;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(names = "--rounds", defaultValue = "7", description = "counted rounds of commands (default 7)")
    int rounds;

    @Option(names = "--warm-up", defaultValue = "2", description = "rounds before them, not counted (default 2)")
    int warmUp;

    @Option(
            names = "--command-warm-up",
            defaultValue = "10",
            description = "rounds of the commands by themselves before the counted ones: a new JVM (default 10)")
    int commandWarmUp;

    @Option(
            names = "--operations",
            defaultValue = "800",
            description = "of each sort in a round, at most 1000 (default 800)")
    int operations;

    @Option(names = "--in-flight", defaultValue = "16", description = "requests at a time (default 16)")
    int inFlight;

    @Option(
            names = "--revocations",
            defaultValue = "1000",
            description = "one after another, each timed (default 1000)")
    int revocations;

    @Option(names = "--backlog", defaultValue = "4000", description = "events that wait for Kafka (default 4000)")
    int backlog;

    @Option(names = "--edges", defaultValue = "1", description = "edges to start (default 1)")
    int edges;

    @Option(names = "--data", description = "data directory; must not exist (default: a new one in /var/tmp)")
    @Nullable
    Path data;

    @Option(names = "--keep", description = "leave the data directory")
    boolean keep;

    private final PrintWriter out = new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
    private final AtomicLong names = new AtomicLong();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (operations < 1 || operations > MAX_PER_OWNER || inFlight < 1 || rounds < 1) {
            throw new IllegalArgumentException(
                    "--operations must be from 1 to 1000, --in-flight and --rounds at least 1");
        }
        Path folder = data == null
                ? Path.of(
                        "/var/tmp", "keyledger-bench-" + ProcessHandle.current().pid())
                : data;
        if (Files.exists(folder)) {
            throw new IllegalArgumentException(folder + " exists");
        }
        try {
            machine();
            double cold = up(folder, platform -> {});
            double warm = up(folder, platform -> {
                memory("Memory when ready, before any load", platform);
                measure(platform);
                memory("Memory after the load", platform);
            });
            out.println("## Start");
            out.println();
            Table table = new Table("`up` to ready", "s");
            table.row("cold: empty data directory, servers unpacked before", cold);
            table.row("warm: the same directory again", warm);
            out.println(table);
        } finally {
            if (!keep) {
                deleteAll(folder);
            }
        }
        return 0;
    }

    private interface Measurement {
        void of(Platform platform) throws Exception;
    }

    /** @return seconds from nothing running to ready */
    private double up(Path folder, Measurement measurement) throws Exception {
        try (Platform platform = Platform.builder()
                .dataDir(folder)
                .freePorts()
                .edges(edges)
                .quickStarts()
                .progress(this::progress)
                .build()) {
            long from = System.nanoTime();
            platform.start();
            double seconds = (System.nanoTime() - from) / 1e9;
            measurement.of(platform);
            return seconds;
        }
    }

    private void progress(String line) {
        System.err.println(line);
    }

    private void machine() throws IOException {
        out.println("## Machine");
        out.println();
        out.printf(
                Locale.ROOT,
                "%d processors, %s, %s, Java %s; %d rounds of %d operations, %d in flight, %d edge(s)%n%n",
                Runtime.getRuntime().availableProcessors(),
                grep(Path.of("/proc/cpuinfo"), "model name"),
                grep(Path.of("/proc/meminfo"), "MemTotal"),
                Runtime.version(),
                rounds,
                operations,
                inFlight,
                edges);
    }

    private static String grep(Path file, String name) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        }
    }

    private void memory(String title, Platform platform) {
        out.println("## " + title);
        out.println();
        Table table = new Table("process", "resident MB", "proportional MB");
        Memory all = new Memory(0, 0);
        for (ManagedProcess process : platform.processes()) {
            Memory memory = Memory.of(process.pid());
            all = all.plus(memory);
            table.row(process.name(), Memory.megabytes(memory.residentKb()), Memory.megabytes(memory.proportionalKb()));
        }
        table.row("together", Memory.megabytes(all.residentKb()), Memory.megabytes(all.proportionalKb()));
        out.println(table);
    }

    private void measure(Platform platform) throws Exception {
        Path ca = platform.dataDir().ca();
        SSLSocketFactory tls = Trust.of(ca);
        String key = bootstrapKey(platform);
        try (Api admin = new Api(tls, platform.api(), key);
                LogWatch log = new LogWatch(platform.servers().kafka().adminProperties())) {
            admin.set("keys.maxPerOwner", MAX_PER_OWNER);
            commandLevel(platform);
            commands(platform, tls, key, log);
            revocations(platform, tls, key);
            drain(platform, tls, key, admin, log);
        }
    }

    /** The first key, which a first start asks for. */
    static String bootstrapKey(Platform platform) throws IOException {
        return Files.readString(platform.dataDir().bootstrapKeyFile()).strip();
    }

    // The commands without the way to them. First, so that the platform has done nothing yet.

    private void commandLevel(Platform platform) throws Exception {
        out.println("## Commands by themselves");
        out.println();
        new CommandRun(platform).run(rounds, commandWarmUp, operations, inFlight);
    }

    // Commands a second, in rounds of three blocks whose order turns, so that no block always has the quiet moment.

    private void commands(Platform platform, SSLSocketFactory tls, String key, LogWatch log) throws Exception {
        Servers.Postgres postgres = platform.servers().postgres();
        Rounds rounded = new Rounds(List.of(
                Rounds.YARDSTICK,
                "create, one owner",
                "revoke, one owner",
                "create, 1,000 owners",
                "revoke, 1,000 owners"));
        List<Api> apis = new ArrayList<>();
        try (RawInserts raw = new RawInserts(postgres.jdbcUrl(), postgres.superuser(), postgres.password(), inFlight)) {
            for (int i = 0; i < inFlight; i++) {
                apis.add(new Api(tls, platform.api(), key));
            }
            log.take();
            List<Double> delays = new ArrayList<>();
            for (int round = -warmUp; round < rounds; round++) {
                Map<String, Load.Result> results = new LinkedHashMap<>();
                for (int block = 0; block < 3; block++) {
                    switch (Math.floorMod(round + block, 3)) {
                        case 0 -> results.put(Rounds.YARDSTICK, raw.run(operations * 4));
                        case 1 -> keys(apis, 1, "one owner", results);
                        default -> keys(apis, OWNERS, "1,000 owners", results);
                    }
                }
                List<LogWatch.Arrival> arrivals = log.take("io.keyledger.key.revoked.v1", operations * 2, PATIENCE);
                if (round >= 0) {
                    rounded.add(results);
                    arrivals.stream()
                            .filter(a -> !a.type().equals("io.keyledger.revocation.confirmed.v1"))
                            .forEach(a -> delays.add(a.millis()));
                }
                progress(Rounds.line(round, results));
            }
            out.println("## Commands through the public API");
            out.println();
            out.println(rounded.table());
            printDelays(delays);
        } finally {
            apis.forEach(Api::close);
        }
    }

    private void keys(List<Api> apis, int owners, String title, Map<String, Load.Result> results) {
        String[] made = new String[operations];
        List<Load.Worker> creators = apis.stream()
                .<Load.Worker>map(api ->
                        i -> made[i] = api.create(ONE_OWNER + (owners == 1 ? "" : "-" + i % owners), name())
                                .keyId())
                .toList();
        results.put("create, " + title, Load.run(operations, creators));
        List<Load.Worker> revokers =
                apis.stream().<Load.Worker>map(api -> i -> api.revoke(made[i])).toList();
        results.put("revoke, " + title, Load.run(operations, revokers));
    }

    private String name() {
        return "bench " + names.incrementAndGet();
    }

    private void printDelays(List<Double> delays) {
        out.println("## From decision to a reader of Kafka, under that load");
        out.println();
        double[] sorted =
                delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        Table table = new Table("events", "p50 ms", "p99 ms", "max ms");
        table.row(sorted.length, rank(sorted, 50), rank(sorted, 99), rank(sorted, 100));
        out.println(table);
    }

    static double rank(double[] sorted, double percent) {
        return sorted[Math.max((int) Math.ceil(percent / 100 * sorted.length), 1) - 1];
    }

    // From the answer to a revoke to the edge's refusal, with somebody knocking at the edge all the time.

    private void revocations(Platform platform, SSLSocketFactory tls, String key) throws Exception {
        long[] answered = new long[revocations];
        long[] refused = new long[revocations];
        int effective = 0;
        int acceptedAfter = 0;
        try (Api api = new Api(tls, platform.api(), key);
                EdgeDoor door = new EdgeDoor(tls, platform.edge(edges))) {
            for (int i = -50; i < revocations; i++) {
                Api.Made made = api.create(ONE_OWNER + "-" + Math.floorMod(i, OWNERS), name());
                Knocking knocking = new Knocking(door, made.secret());
                knocking.untilAccepted();
                long sent = System.nanoTime();
                boolean done = api.revoke(made.keyId());
                long answer = System.nanoTime();
                Knocking.Outcome outcome = knocking.after(answer);
                if (i >= 0) {
                    answered[i] = answer - sent;
                    refused[i] = outcome.refusedAt() - answer;
                    effective += done ? 1 : 0;
                    acceptedAfter += done ? outcome.acceptedAfter() : 0;
                }
                if (i % 200 == 0) {
                    progress("revocations: " + Math.max(i, 0) + " of " + revocations);
                }
            }
        }
        out.println("## Revocations, one at a time");
        out.println();
        Table table = new Table(revocations + " revocations", "p50 ms", "p99 ms", "max ms");
        row(table, "revoke sent -> answered", answered);
        row(table, "answered -> edge has refused a request sent after the answer", refused);
        out.println(table);
        out.printf(
                Locale.ROOT,
                "Effective at the answer: %d of %d. Requests accepted that were sent after an effective answer: %d.%n%n",
                effective,
                revocations,
                acceptedAfter);
    }

    private static void row(Table table, String title, long[] nanos) {
        table.row(
                title,
                Figures.millis(Figures.percentile(nanos, 50)),
                Figures.millis(Figures.percentile(nanos, 99)),
                Figures.millis(Figures.percentile(nanos, 100)));
    }

    // Events that piled up while Kafka was away: how fast they come out afterwards.

    private void drain(Platform platform, SSLSocketFactory tls, String key, Api admin, LogWatch log) throws Exception {
        List<List<String>> batches = new ArrayList<>();
        List<Api> apis = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            apis.add(new Api(tls, platform.api(), key));
        }
        try {
            for (int left = backlog; left > 0; left -= BATCH) {
                String[] made = new String[Math.min(left, BATCH)];
                Load.run(
                        made.length,
                        apis.stream()
                                .<Load.Worker>map(api -> i -> made[i] = api.create(ONE_OWNER + "-" + i % OWNERS, name())
                                        .keyId())
                                .toList());
                batches.add(List.of(made));
            }
        } finally {
            apis.forEach(Api::close);
        }
        Thread.sleep(2_000);
        log.take();
        ManagedProcess kafka = platform.process("kafka");
        kafka.pause();
        long paused = System.nanoTime();
        long resumed;
        try {
            for (List<String> batch : batches) {
                admin.revoke(batch);
            }
        } finally {
            kafka.resume();
            resumed = System.nanoTime();
        }
        List<LogWatch.Arrival> arrivals = log.take("io.keyledger.key.revoked.v1", backlog, PATIENCE).stream()
                .filter(a -> a.type().equals("io.keyledger.key.revoked.v1"))
                .toList();
        double seconds =
                Duration.between(arrivals.getFirst().came(), arrivals.getLast().came())
                                .toNanos()
                        / 1e9;
        out.println("## Events published");
        out.println();
        Table table = new Table("a backlog of " + backlog + " after Kafka stood still", "");
        table.row("Kafka stood still for, s", (resumed - paused) / 1e9);
        table.row("first to last event at a reader of Kafka, s", seconds);
        table.row("events per second", (arrivals.size() - 1) / seconds);
        out.println(table);
    }

    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path at, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(at);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
