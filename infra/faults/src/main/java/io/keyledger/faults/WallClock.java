package io.keyledger.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock of one process, as libfaketime shows it to that process; the monotonic clock is left alone. */
final class WallClock {
    private final Path library;
    private final Path file;

    WallClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** Where Debian and Fedora put the library; empty when it is not installed. */
    static Optional<Path> library() throws IOException {
        for (Path folder : List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> found =
                        Files.find(folder, 3, (path, _) -> path.endsWith(Path.of("faketime", "libfaketimeMT.so.1")))) {
                    Optional<Path> first = found.findFirst();
                    if (first.isPresent()) {
                        return first;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Stands in front of the process's command, as its own user. */
    List<String> launcher() {
        return List.of(
                "env",
                "LD_PRELOAD=" + library,
                "FAKETIME_TIMESTAMP_FILE=" + file,
                "FAKETIME_CACHE_DURATION=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // Else timed waits of a JVM return at once: its conditions are on the monotonic clock already.
                "FAKETIME_FORCE_MONOTONIC_FIX=0");
    }

    /** Sets it that far ahead of the machine's own, or behind it; seen within a second. */
    void set(Duration ahead) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, "%+d\n".formatted(ahead.toSeconds()));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
