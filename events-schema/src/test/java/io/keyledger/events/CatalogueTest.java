package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    @Test
    void the_catalogue_has_one_row_for_every_event_with_its_topic() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| [`"))
                .toList();
        assertThat(rows).hasSize(EventType.values().length);
        for (EventType type : EventType.values()) {
            assertThat(rows)
                    .filteredOn(row -> row.startsWith("| [`" + type.shortName() + "`]")
                            && row.contains("schemas/" + type.shortName() + ".v1.json")
                            && row.endsWith("| `" + type.topic() + "` |"))
                    .as(type.shortName())
                    .hasSize(1);
        }
    }
}
