package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final Map<String, String> REQUEST =
            Map.of("edge", "edge-1", "keyId", "key_1", "credential", "c1", "request", "r1");

    @TempDir
    private Path folder;

    @Test
    void what_is_written_is_what_the_checkers_read_line_by_line() throws IOException {
        Path file = folder.resolve("history.ndjson");
        try (History history = new History(file)) {
            long revoke = history.asked("commands-1", "revoke", Map.of("keyId", "key_1"));
            history.answered(revoke, "revoke", "effective", Map.of("confirmed", List.of("edge-1")));
            history.fault("kill-edge", "edge-1", "begin");
            long verify = history.asked("load-1", "verify", REQUEST);
            history.answered(verify, "verify", "accepted", Map.of("ageMillis", 0L));
            history.told(Map.of("type", "used", "event", "e1", "edge", "edge-1", "request", "r1", "count", 2L));
        }
        assertThat(Files.readAllLines(file)).hasSize(6);
        List<Checker> checkers = Checker.all();
        History.read(file, checkers);
        assertThat(checkers).extracting(Checker::guarantee).containsExactly("G3", "G4", "G6", "G10");
        assertThat(checkers.get(0).findings().violations())
                .containsExactly("line 5: edge-1 accepts key_1, sent after its revocation was effective there");
        assertThat(checkers.get(2).findings().violations())
                .containsExactly("r1 was accepted by edge-1 and is told 2 times");
    }

    /** The issue asks for it: who trusts a checker has read it. */
    @Test
    void every_checker_is_shorter_than_150_lines() throws IOException {
        Path sources = Path.of("src/main/java/io/keyledger/faults");
        for (Checker checker : Checker.all()) {
            try (Stream<String> lines =
                    Files.lines(sources.resolve(checker.getClass().getSimpleName() + ".java"))) {
                assertThat(lines.count()).isLessThan(150);
            }
        }
    }
}
