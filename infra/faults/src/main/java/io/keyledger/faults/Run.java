package io.keyledger.faults;

import io.keyledger.events.Topics;
import io.keyledger.faults.Http.Answer;
import io.keyledger.faults.Kind.Lane;
import io.keyledger.standalone.Pem;
import io.keyledger.standalone.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One run: a platform, faults by a seed while requests go on, and after them what must have held. */
final class Run {
    /** How long the last uses may take to the topic once all is well. */
    private static final Duration TELLING = Duration.ofMinutes(1);

    /** What a process may take to be back, on the slowest machine. */
    private static final Duration HEALING = Duration.ofMinutes(2);

    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(8);

    private final long seed;
    private final Path folder;
    private final Consumer<String> progress;
    private final Map<Kind, AtomicInteger> done = new ConcurrentHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final long start = System.nanoTime();

    /** @param folder new or empty; holds everything, and {@link #historyFile} */
    Run(long seed, Path folder, Consumer<String> progress) {
        this.seed = seed;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * What came of it.
     *
     * @param faults how often each kind was done
     * @param impossible the kinds that this machine cannot do, and why
     * @param findings by guarantee
     * @param failures everything that should not be, in words; empty when all held
     */
    record Report(
            Map<Kind, Integer> faults,
            Map<Kind, String> impossible,
            Map<String, Findings> findings,
            List<String> failures) {}

    Path historyFile() {
        return folder.resolve("history.ndjson");
    }

    /** Each kind of fault once, briefly. */
    Report once() throws IOException, InterruptedException {
        return run((lane, possible) -> Schedule.once(seed, lane, possible), HEALING.multipliedBy(Kind.values().length));
    }

    /** Faults for so long; on a slow machine, where healing takes long, the last ones of the seed are not done. */
    Report lasting(Duration length) throws IOException, InterruptedException {
        return run((lane, possible) -> Schedule.until(seed, lane, possible, length), length);
    }

    private Report run(BiFunction<Lane, Set<Kind>, List<Fault>> schedule, Duration atMost)
            throws IOException, InterruptedException {
        Map<Kind, String> impossible;
        try (Stage stage = new Stage(folder, progress)) {
            impossible = stage.impossible();
            impossible.forEach((kind, why) -> say("not done: %s, for %s".formatted(kind.wire(), why)));
            stage.start();
            try (History history = new History(historyFile())) {
                play(stage, history, schedule, atMost);
            }
            failures.addAll(stage.lost());
        }
        List<Checker> checkers = Checker.all();
        History.read(historyFile(), checkers);
        Map<String, Findings> findings = new LinkedHashMap<>();
        for (Checker checker : checkers) {
            Findings found = checker.findings();
            findings.put(checker.guarantee(), found);
            say(checker.guarantee() + ": " + found);
            found.violations().forEach(one -> failures.add(checker.guarantee() + " " + one));
        }
        Map<Kind, Integer> counts = new TreeMap<>();
        done.forEach((kind, count) -> counts.put(kind, count.get()));
        return new Report(counts, impossible, findings, List.copyOf(failures));
    }

    private void play(Stage stage, History history, BiFunction<Lane, Set<Kind>, List<Fault>> schedule, Duration atMost)
            throws IOException, InterruptedException {
        Platform platform = stage.platform();
        Http api = api(platform);
        Keys keys = new Keys();
        Requests requests = new Requests(
                history,
                Pem.trusting(platform.dataDir()),
                IntStream.rangeClosed(1, Stage.EDGES).mapToObj(platform::edge).toList());
        Load load = new Load(keys, requests);
        load.start(seed, history, api);
        try {
            Thread.sleep(Duration.ofSeconds(2));
            breakAndHeal(stage, history, load, schedule, System.nanoTime() + atMost.toNanos());
            long healed = System.nanoTime();
            say("all is well again; the edges have a minute to agree");
            load.stopCommands();
            List<String> missing = new Agreement(requests).missing(keys, healed);
            if (missing.isEmpty()) {
                say("they agree after %.1f s".formatted((System.nanoTime() - healed) / 1e9));
            }
            missing.forEach(one -> failures.add("L1 no agreement a minute after all was well: " + one));
        } finally {
            load.stop();
        }
        listen(stage, history, requests.accepted());
    }

    /** The API as query-service asks for it, with a key that may do everything in the default tenant. */
    private static Http api(Platform platform) throws IOException {
        Answer first = new Http(Pem.as("operator", platform.dataDir()), platform.command(), COMMAND_PATIENCE)
                .post("/internal/bootstrap", Map.of());
        Http api = new Http(
                Pem.as("query-service", platform.dataDir()),
                platform.command(),
                COMMAND_PATIENCE,
                "Authorization",
                "ApiKey " + first.text("key"));
        Answer settings = api.send("PUT", "/api/v1/settings", Map.of("keys.maxPerOwner", 1000));
        if (settings.status() != 200) {
            throw new IOException("command-service answered " + settings.status() + " " + settings.body());
        }
        return api;
    }

    private void breakAndHeal(
            Stage stage, History history, Load load, BiFunction<Lane, Set<Kind>, List<Fault>> schedule, long until)
            throws InterruptedException {
        try (ExecutorService lanes =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (Lane lane : Lane.values()) {
                List<Fault> faults = schedule.apply(lane, stage.possible());
                running.add(lanes.submit(() -> {
                    for (Fault fault : faults) {
                        Thread.sleep(fault.before());
                        if (System.nanoTime() - until < 0) {
                            breakAndHeal(stage, history, load, fault);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            failures.add("a fault could not be done or healed: " + e.getCause());
        }
    }

    private void breakAndHeal(Stage stage, History history, Load load, Fault fault)
            throws IOException, InterruptedException {
        String name = fault.kind().wire();
        String target = stage.target(fault);
        say("%s %s for %d ms".formatted(name, target, fault.hold().toMillis()));
        history.fault(name, target, "begin");
        try {
            stage.begin(fault);
            if (fault.kind() == Kind.FULL_DISK) {
                load.flood(number(target));
            }
            Thread.sleep(fault.hold());
        } finally {
            if (fault.kind() == Kind.FULL_DISK) {
                load.dry(number(target));
            }
            stage.heal(fault);
        }
        history.fault(name, target, "end");
        done.computeIfAbsent(fault.kind(), _ -> new AtomicInteger()).incrementAndGet();
    }

    private static int number(String edge) {
        return Integer.parseInt(edge.substring("edge-".length()));
    }

    /** Waits until all uses are told, lets the edges tell the rest at their end, and reads it all. */
    private void listen(Stage stage, History history, long accepted) throws InterruptedException {
        Properties access = stage.platform().kafkaProperties("operator");
        try (Audit audit = new Audit(history, access)) {
            long until = System.nanoTime() + TELLING.toNanos();
            while (audit.read() < accepted && System.nanoTime() - until < 0) {
                Thread.sleep(200);
            }
            stage.stopEdges();
            say("%d requests were accepted; %d different uses are in %s"
                    .formatted(accepted, audit.read(), Topics.ACTIVITY));
        }
    }

    private void say(String text) {
        progress.accept("%6.1f s  %s".formatted((System.nanoTime() - start) / 1e9, text));
    }
}
