package io.keyledger.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class RowRecorderTest {
    @TempDir
    Path module;

    @Test
    void only_a_test_whose_every_run_passed_counts() throws IOException {
        assertThat(recorded(Sample.class))
                .containsExactly("deep\tS1-04 S1-05", "every_one_passes\tS1-03", "passes\tS1-01 S1-02");
    }

    @Test
    void a_class_that_failed_as_a_whole_proves_nothing() throws IOException {
        assertThat(recorded(FailsAtTheEnd.class)).isEmpty();
    }

    @Test
    void a_class_that_was_skipped_leaves_an_empty_record_in_place_of_an_older_one() throws IOException {
        Path older = module.resolve("target/rows/" + RowRecorderTest.class.getName() + ".txt");
        Files.createDirectories(older.getParent());
        Files.writeString(older, "passes\tS1-01\n");
        assertThat(recorded(Skipped.class)).isEmpty();
    }

    private List<String> recorded(Class<?> type) throws IOException {
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .addTestExecutionListeners(new RowRecorder(module))
                        .build())
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(type))
                        .configurationParameter("keyledger.sample", "true")
                        .build());
        // The record bears the outermost class's name.
        return Files.readAllLines(module.resolve("target/rows/" + RowRecorderTest.class.getName() + ".txt"));
    }

    static class Sample {
        @Test
        @Row({"S1-02", "S1-01"})
        void passes() {}

        @Test
        void proves_no_row() {}

        @Test
        @Row("S1-01")
        void fails() {
            fail("on purpose");
        }

        @Test
        @Row("S1-01")
        void is_aborted() {
            assumeTrue(false);
        }

        @Test
        @Disabled
        @Row("S1-01")
        void is_skipped() {}

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @Row("S1-03")
        void every_one_passes(int i) {
            assertThat(i).isPositive();
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @Row("S1-03")
        void one_fails(int i) {
            assertThat(i).isEqualTo(1);
        }

        @Nested
        @Row("S1-04")
        class Inner {
            @Test
            @Row("S1-05")
            void deep() {}
        }
    }

    @Row("S1-01")
    static class FailsAtTheEnd {
        @Test
        void passes() {}

        @AfterAll
        static void end() {
            fail("on purpose");
        }
    }

    @Disabled
    @Row("S1-01")
    static class Skipped {
        @Test
        void never() {}
    }
}
