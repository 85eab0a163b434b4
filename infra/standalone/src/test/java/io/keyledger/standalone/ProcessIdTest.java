package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void a_process_that_was_given_a_used_number_is_not_taken_for_the_old_one() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            ProcessId now = ProcessId.of(stranger.pid()).orElseThrow();
            ProcessId earlier = new ProcessId(stranger.pid(), "another-boot:1");
            assertThat(now.isAlive()).isTrue();
            assertThat(earlier.isAlive()).isFalse();
            earlier.signal("KILL");
            earlier.signalAll("KILL");
            assertThat(stranger.waitFor(300, TimeUnit.MILLISECONDS))
                    .as("the stranger was stopped")
                    .isFalse();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void what_is_written_is_read_again_and_an_ended_process_is_not_alive() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        ProcessId id = ProcessId.of(process.pid()).orElseThrow();
        Path file = folder.resolve("a.pid");
        id.write(file);
        assertThat(ProcessId.read(file)).contains(id);
        id.signal("TERM");
        process.waitFor();
        assertThat(ProcessId.read(file).orElseThrow().isAlive()).isFalse();
    }

    @Test
    void one_that_nobody_has_collected_is_not_alive() throws Exception {
        // The shell becomes another program, which never asks how its child ended.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.1 & echo $!; exec sleep 60").start();
        try (BufferedReader said = parent.inputReader()) {
            long child = Long.parseLong(said.readLine());
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (ProcessId.of(child).isPresent() && System.nanoTime() < until) {
                Thread.sleep(20);
            }
            assertThat(Files.exists(Path.of("/proc/" + child)))
                    .as("still in the table of processes")
                    .isTrue();
            assertThat(ProcessId.of(child)).isEmpty();
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void one_that_is_stopped_stands_still_when_that_returns_and_goes_on_when_it_may() throws Exception {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done & while :; do :; done").start();
        try {
            ProcessId id = ProcessId.of(busy.pid()).orElseThrow();
            for (int i = 0; i < 50; i++) {
                id.stopAll();
                Duration before = used(busy);
                Thread.sleep(20);
                assertThat(used(busy)).as("processor time while it was stopped").isEqualTo(before);
                id.signalAll("CONT");
            }
        } finally {
            busy.descendants().forEach(ProcessHandle::destroyForcibly);
            busy.destroyForcibly();
        }
    }

    @Test
    void children_that_are_born_while_it_is_being_stopped_stand_still_too() throws Exception {
        // Each of them works for some hundredths of a second.
        String child = "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done";
        Process parent =
                new ProcessBuilder("sh", "-c", "while :; do sh -c '" + child + "' & sleep 0.003; done").start();
        try {
            ProcessId id = ProcessId.of(parent.pid()).orElseThrow();
            for (int i = 0; i < 20; i++) {
                Thread.sleep(10);
                id.stopAll();
                Duration before = used(parent);
                Thread.sleep(20);
                assertThat(used(parent))
                        .as("processor time while it was stopped")
                        .isEqualTo(before);
                id.signalAll("CONT");
            }
        } finally {
            ProcessId.of(parent.pid()).orElseThrow().stopAll();
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
    }

    private static Duration used(Process process) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(p -> p.info().totalCpuDuration().orElseThrow())
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void a_file_that_holds_something_else_names_nobody() throws Exception {
        Path file = folder.resolve("b.pid");
        assertThat(ProcessId.read(file)).isEmpty();
        for (String junk : new String[] {"", "17", "x y", "\0"}) {
            Files.writeString(file, junk);
            assertThat(ProcessId.read(file)).isEmpty();
        }
    }
}
