package io.keyledger.command.barrier;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How long this machine has been up: a clock that nobody sets, that goes on while a process restarts, and that means nothing to
 * another machine or after the machine's next start.
 *
 * @param machine the kernel's name for this start of this machine ({@code /proc/sys/kernel/random/boot_id})
 * @param elapsed since that start, time asleep included ({@code CLOCK_BOOTTIME})
 */
record Uptime(UUID machine, Duration elapsed) {
    private static final Path MACHINE = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path UPTIME = Path.of("/proc/uptime");
    /** The kernel says it in hundredths of a second, cut off. */
    private static final Duration RESOLUTION = Duration.ofMillis(10);

    /** That of this machine; null where it cannot be told: not Linux, or no {@code /proc}. Reads two files of the kernel. */
    static @Nullable Uptime now() {
        return read(MACHINE, UPTIME);
    }

    static @Nullable Uptime read(Path machine, Path uptime) {
        try {
            String seconds = Files.readString(uptime, StandardCharsets.US_ASCII).split(" ", 2)[0];
            return new Uptime(
                    UUID.fromString(
                            Files.readString(machine, StandardCharsets.US_ASCII).strip()),
                    Duration.ofNanos(new BigDecimal(seconds).movePointRight(9).longValueExact()));
        } catch (IOException | ArithmeticException | IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * How much time has passed since {@code earlier}, at the least: zero when it was another machine, another start of this one,
     * or when that is not known.
     */
    Duration since(@Nullable Uptime earlier) {
        if (earlier == null || !earlier.machine.equals(machine)) {
            return Duration.ZERO;
        }
        Duration passed = elapsed.minus(earlier.elapsed).minus(RESOLUTION);
        return passed.isNegative() ? Duration.ZERO : passed;
    }

    /** This clock so long ago. */
    Uptime before(Duration passed) {
        return new Uptime(machine, elapsed.minus(passed));
    }
}
