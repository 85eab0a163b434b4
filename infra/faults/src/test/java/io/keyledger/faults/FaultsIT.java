package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.faults.Run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every kind of fault once, on a platform of its own. What this machine cannot do is left out and said; what it can is done.
 * With {@code -Dkeyledger.faults.seed=N} in the order of that seed.
 */
class FaultsIT {
    @Test
    @SuppressWarnings("SystemOut")
    void through_every_fault_the_guarantees_hold_and_afterwards_all_edges_agree() throws Exception {
        long seed = Long.getLong("keyledger.faults.seed", new Random().nextInt(Integer.MAX_VALUE));
        System.out.println("seed " + seed);
        Path folder = Files.createTempDirectory(
                Path.of(System.getProperty("keyledger.tests.folder", "/var/tmp")), "keyledger-faults-");
        Run run = new Run(seed, folder, System.out::println);
        Report report = run.once();
        assertThat(report.failures())
                .as("seed %d, history %s", seed, run.historyFile())
                .isEmpty();
        Set<Kind> possible = EnumSet.allOf(Kind.class);
        possible.removeAll(report.impossible().keySet());
        assertThat(report.faults()).containsOnlyKeys(possible);
        report.findings()
                .forEach((guarantee, found) -> assertThat(found.looked())
                        .as("cases that could have broken %s", guarantee)
                        .isPositive());
        removed(folder);
    }

    private static void removed(Path folder) throws IOException {
        if (!Boolean.getBoolean("keyledger.tests.keep")) {
            Faults.deleteAll(folder);
        }
    }
}
