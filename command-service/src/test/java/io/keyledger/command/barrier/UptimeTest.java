package io.keyledger.command.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UptimeTest {
    private static final UUID MACHINE = UUID.fromString("5b2a8f0c-3c2b-4d0e-9a53-0f6a7f1f6a11");

    @TempDir
    Path folder = Path.of("");

    private static Uptime up(long seconds) {
        return new Uptime(MACHINE, Duration.ofSeconds(seconds));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void on_linux_it_can_be_told_and_never_goes_back() {
        Uptime one = Objects.requireNonNull(Uptime.now());
        Uptime two = Objects.requireNonNull(Uptime.now());
        assertThat(two.machine()).isEqualTo(one.machine());
        assertThat(two.elapsed()).isGreaterThanOrEqualTo(one.elapsed());
    }

    @Test
    void it_is_read_as_the_kernel_writes_it() throws IOException {
        assertThat(Uptime.read(file("boot_id", MACHINE + "\n"), file("uptime", "351735.07 234388.90\n")))
                .isEqualTo(new Uptime(MACHINE, Duration.ofMillis(351_735_070)));
    }

    @Test
    void what_cannot_be_read_is_no_uptime() throws IOException {
        Path machine = file("boot_id", MACHINE + "\n");
        Path uptime = file("uptime", "1.00 1.00\n");
        assertThat(Uptime.read(machine, folder.resolve("none"))).isNull();
        assertThat(Uptime.read(folder.resolve("none"), uptime)).isNull();
        assertThat(Uptime.read(file("bad_id", "one\n"), uptime)).isNull();
        assertThat(Uptime.read(machine, file("bad", "soon\n"))).isNull();
        assertThat(Uptime.read(machine, file("empty", ""))).isNull();
    }

    @Test
    void between_two_readings_has_passed_what_is_certain_and_no_more() {
        assertThat(up(100).since(up(40))).isEqualTo(Duration.ofMillis(59_990));
        assertThat(up(40).since(up(100))).isZero();
        assertThat(up(40).since(up(40))).isZero();
        assertThat(up(100).since(null)).isZero();
        assertThat(up(100).since(new Uptime(new UUID(1, 2), Duration.ZERO))).isZero();
    }
}
