package io.keyledger.edge.core.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {
    private static final int KILLS = 4;

    @TempDir
    private Path temp;

    @Test
    void after_kill_9_again_and_again_every_answered_request_is_in_the_log_once() throws Exception {
        Path data = temp.resolve("data");
        Path topic = temp.resolve("topic");
        Path answers = temp.resolve("answers");
        Random random = new Random(1);
        for (int round = 0; round < KILLS; round++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledProcess.class.getName(),
                            data.toString(),
                            topic.toString(),
                            answers.toString(),
                            Integer.toString(round))
                    .redirectErrorStream(true)
                    .redirectOutput(temp.resolve("output").toFile())
                    .start();
            long before = Files.exists(answers) ? Files.size(answers) : 0;
            long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while ((!Files.exists(answers) || Files.size(answers) < before + 20_000)
                    && process.isAlive()
                    && System.nanoTime() < giveUp) {
                Thread.sleep(5);
            }
            Thread.sleep(random.nextInt(100));
            assertThat(process.isAlive()).as(() -> output(temp)).isTrue();
            process.destroyForcibly().waitFor();
        }
        UseSpool last = UseSpool.open(
                new SpoolSettings("inst-01", "edge-1", data, 64 << 20, 64 << 20, 1 << 16),
                new KilledProcess.FileLog(topic),
                InstantSource.system());
        last.close(Duration.ofMinutes(5));
        assertThat(last.earlierRuns()).isZero();

        MemoryLog log = new MemoryLog();
        for (String line : Files.readAllLines(topic)) {
            // The write that the kill cut short was never acknowledged, and is there again, whole.
            if (line.endsWith("}") && line.startsWith("{\"authid\"")) {
                log.hold(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        List<Event> events = log.chains().values().stream()
                .flatMap(List::stream)
                .map(CloudEvent::data)
                .toList();
        List<String> answered = Files.readAllLines(answers);
        Set<String> accepted = new HashSet<>(answered);
        accepted.remove("refused");
        accepted.remove("counted");
        List<String> uses = events.stream()
                .filter(KeyUsed.class::isInstance)
                .map(e -> String.valueOf(((KeyUsed) e).path()))
                .filter(path -> !path.startsWith("/counted-"))
                .toList();
        assertThat(uses).doesNotHaveDuplicates().containsAll(accepted);
        // Of each run at most the one request that was about to be answered.
        assertThat(uses.size() - accepted.size()).isBetween(0, KILLS);
        long refused = answered.stream().filter("refused"::equals).count();
        long counted = events.stream()
                .filter(AuthFailed.class::isInstance)
                .mapToLong(e -> ((AuthFailed) e).count())
                .sum();
        assertThat(counted - refused).isBetween(0L, (long) KILLS);
        assertThat(accepted.size()).isGreaterThan(500);
        List<KeyUsed> shared = events.stream()
                .filter(e -> e instanceof KeyUsed u && String.valueOf(u.path()).startsWith("/counted-"))
                .map(KeyUsed.class::cast)
                .toList();
        long together = answered.stream().filter("counted"::equals).count();
        assertThat(shared.stream().mapToLong(KeyUsed::count).sum() - together).isBetween(0L, (long) KILLS);
        assertThat(shared.size()).isLessThan((int) together / 3);
    }

    @Test
    void after_kill_9_the_number_of_lost_uses_is_that_of_the_answers() throws Exception {
        Path data = temp.resolve("data");
        Path answers = temp.resolve("answers");
        for (int round = 0; round < KILLS; round++) {
            long before = Files.exists(answers) ? Files.size(answers) : 0;
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledWhileFull.class.getName(),
                            data.toString(),
                            answers.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(temp.resolve("output").toFile())
                    .start();
            long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while ((!Files.exists(answers) || Files.size(answers) < before + 2000)
                    && process.isAlive()
                    && System.nanoTime() < giveUp) {
                Thread.sleep(5);
            }
            assertThat(process.isAlive()).as(() -> output(temp)).isTrue();
            process.destroyForcibly().waitFor();
        }
        try (UseSpool last = UseSpool.open(KilledWhileFull.settings(data), new MemoryLog(), InstantSource.system())) {
            // Of each run at most the one request that was about to be answered.
            assertThat(last.lost() - Files.size(answers)).isBetween(0L, (long) KILLS);
            assertThat(last.lost()).isGreaterThanOrEqualTo(KILLS * 2000L);
        }
    }

    private static String output(Path temp) {
        try {
            return Files.readString(temp.resolve("output"));
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
