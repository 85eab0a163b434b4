package io.keyledger.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.keyledger.requirements.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is checked by machine about who may know whom, over the classes of all modules. */
class ArchitectureTest {
    private static final Path ROOT = Path.of("../..");
    private static final List<String> MODULES = List.of(
            "events-schema",
            "auth-edge/verifier",
            "auth-edge/edge-core",
            "auth-edge/server",
            "auth-edge/spring-security-starter",
            "command-service",
            "query-service",
            "infra/standalone",
            "infra/cli");

    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(MODULES.stream()
                    .map(module -> ROOT.resolve(module).resolve("target/classes"))
                    .filter(Files::isDirectory)
                    .toList());

    @Test
    void services_meet_only_in_the_contract_and_the_verifier() {
        services("io.keyledger.command..", "io.keyledger.query..", "io.keyledger.edge.server..");
        services("io.keyledger.query..", "io.keyledger.command..", "io.keyledger.edge.server..");
        services("io.keyledger.edge..", "io.keyledger.command..", "io.keyledger.query..");
        services("io.keyledger.verifier..", "io.keyledger.command..", "io.keyledger.query..", "io.keyledger.edge..");
    }

    private static void services(String service, String... others) {
        noClasses()
                .that()
                .resideInAPackage(service)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ALL);
    }

    @Test
    void what_is_pure_knows_no_framework_no_kafka_and_no_database() {
        noClasses()
                .that(resideInAnyPackage("io.keyledger.events..", "io.keyledger.verifier.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "org.apache.kafka..",
                        "java.sql..",
                        "javax.sql..",
                        "org.axonframework..",
                        "org.slf4j..")
                .check(ALL);
    }

    @Test
    void the_decisions_about_a_key_know_no_framework() {
        noClasses()
                .that()
                .haveNameMatching("io\\.keyledger\\.command\\.key\\.(ApiKey|Refusal|Refused)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "org.apache.kafka..",
                        "java.sql..",
                        "javax.sql..",
                        "org.axonframework..")
                .check(ALL);
    }

    @Test
    void no_package_is_in_a_cycle() {
        for (String root : List.of("events", "verifier", "edge", "command", "query", "cli")) {
            slices().matching("io.keyledger." + root + ".(**)")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(ALL);
        }
    }

    /** One way to write: only command-service appends, and only through its store of events. */
    @Row("S1-07")
    @Test
    void only_command_service_knows_the_store_of_events() {
        classes()
                .that()
                .areAssignableTo("org.axonframework.eventsourcing.eventstore.EventStorageEngine")
                .should()
                .resideInAPackage("io.keyledger.command.eventstore..")
                .allowEmptyShould(true)
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.keyledger.command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.axonframework..")
                .check(ALL);
    }

    @Test
    void every_package_is_null_marked() throws java.io.IOException {
        for (String module : MODULES) {
            Path sources = ROOT.resolve(module).resolve("src/main/java");
            if (!Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> folders = Files.walk(sources)) {
                for (Path folder : (Iterable<Path>) folders.filter(Files::isDirectory)::iterator) {
                    if (hasSources(folder)) {
                        assertThat(Files.readString(folder.resolve("package-info.java")))
                                .as("%s", folder)
                                .contains("@NullMarked");
                    }
                }
            }
        }
    }

    private static boolean hasSources(Path folder) throws java.io.IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        }
    }
}
