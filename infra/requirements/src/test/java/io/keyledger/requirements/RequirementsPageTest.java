package io.keyledger.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementsPageTest {
    @TempDir
    Path root;

    private final Instant start = Instant.now().minusSeconds(60);

    @BeforeEach
    void two_modules() throws IOException {
        module("one", "io.keyledger.OneTest", "key_lives\tS1-25 S1-26\n");
        module("infra/two", "io.keyledger.TwoIT", "");
    }

    @Test
    void there_are_260_rows_in_five_groups() {
        assertThat(Requirement.all()).hasSize(5);
        assertThat(Requirement.all().values().stream().flatMap(List::stream).map(Requirement::id))
                .hasSize(260)
                .doesNotHaveDuplicates();
    }

    @Test
    void the_page_holds_every_row_with_its_tests_or_the_word_open() throws IOException {
        new RequirementsPage(root).write();
        List<String> page = Files.readAllLines(root.resolve("docs/requirements.md"));
        assertThat(page.stream().filter(line -> line.startsWith("| S"))).hasSize(260);
        assertThat(page)
                .anyMatch(line -> line.startsWith("| S1-25 |")
                        && line.endsWith("| [OneTest](../one/src/test/java/io/keyledger/OneTest.java) key_lives |"))
                .anyMatch(line -> line.startsWith("| S1-27 |") && line.endsWith("| open |"));
    }

    @Test
    void written_twice_it_is_the_same() throws IOException {
        new RequirementsPage(root).write();
        String first = Files.readString(root.resolve("docs/requirements.md"));
        new RequirementsPage(root).write();
        assertThat(Files.readString(root.resolve("docs/requirements.md"))).isEqualTo(first);
    }

    @Test
    void a_build_that_did_not_run_every_class_is_found_out() throws IOException {
        RequirementsPage page = new RequirementsPage(root);
        assertThat(page.notRunSince(start)).isEmpty();
        assertThat(page.notRunSince(Instant.now().plusSeconds(60)))
                .containsExactly("io.keyledger.TwoIT", "io.keyledger.OneTest");
        Files.delete(root.resolve("infra/two/target/rows/io.keyledger.TwoIT.txt"));
        assertThat(page.notRunSince(start)).containsExactly("io.keyledger.TwoIT");
    }

    @Test
    void a_record_whose_test_class_is_gone_proves_nothing() throws IOException {
        Files.delete(root.resolve("one/src/test/java/io/keyledger/OneTest.java"));
        new RequirementsPage(root).write();
        assertThat(Files.readString(root.resolve("docs/requirements.md"))).doesNotContain("OneTest");
    }

    @Test
    void a_row_that_does_not_exist_fails_the_build() throws IOException {
        module("three", "io.keyledger.ThreeTest", "wrong\tS9-01\n");
        assertThatThrownBy(() -> new RequirementsPage(root).write())
                .hasMessage("io.keyledger.ThreeTest.wrong names S9-01, which is no row of the requirements");
    }

    private void module(String folder, String type, String record) throws IOException {
        Path module = root.resolve(folder);
        Path source = module.resolve("src/test/java").resolve(type.replace('.', '/') + ".java");
        Files.createDirectories(source.getParent());
        Files.createDirectories(module.resolve("target/rows"));
        Files.writeString(module.resolve("pom.xml"), "<project/>");
        Files.writeString(source, "@Row(\"S1-25\")\n");
        Files.writeString(module.resolve("target/rows").resolve(type + ".txt"), record);
    }
}
