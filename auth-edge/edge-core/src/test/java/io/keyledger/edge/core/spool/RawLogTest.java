package io.keyledger.edge.core.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawLogTest {
    private static final int SEGMENT = 1 << 16;

    @TempDir
    private Path dir;

    private RawLog log() throws IOException {
        return RawLog.create(new RealDisk(), dir, "uses", SEGMENT, 1 << 20, 0);
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.count();
        }
    }

    @Test
    void a_log_that_nobody_writes_to_keeps_one_segment() throws IOException {
        try (RawLog log = log()) {
            log.prepare();
            assertThat(files()).isEqualTo(1);
        }
    }

    @Test
    void of_each_segment_it_is_said_once_that_the_next_is_due_long_before_it_is_full() throws IOException {
        try (RawLog log = log()) {
            for (int segment = 1; segment <= 4; segment++) {
                int due = 0;
                while (log.written() < (long) segment * SEGMENT - 200) {
                    assertThat(log.append(new byte[100])).isNotNegative();
                    if (log.isNextDue()) {
                        due++;
                        assertThat(log.written() % SEGMENT).isLessThan(SEGMENT / 4);
                        log.prepare();
                        assertThat(files()).isEqualTo(segment + 1);
                    }
                }
                assertThat(due).isEqualTo(1);
                // Into the next one, which is there.
                log.append(new byte[300]);
                assertThat(files()).isEqualTo(segment + 1);
            }
        }
    }
}
