package io.keyledger.command;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.people.PersonCommand;
import io.keyledger.requirements.Row;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.annotation.EnableScheduling;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.keyledger.command");

    @Test
    void no_slice_knows_another() {
        String[] slices = {
            "issuing",
            "updating",
            "rotation",
            "revocation",
            "suspension",
            "revealing",
            "deletion",
            "expiry",
            "confirmation",
            "tenants",
            "settings",
            "users"
        };
        for (String slice : slices) {
            for (String other : slices) {
                if (!slice.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage("..command." + slice)
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("..command." + other)
                            .check(CLASSES);
                }
            }
        }
    }

    @Test
    void what_decides_knows_no_framework() {
        noClasses()
                .that()
                .implement(KeyCommand.class)
                .or()
                .implement(PersonCommand.class)
                .or()
                .haveSimpleName("Person")
                .or()
                .haveSimpleName("PersonGate")
                .or()
                .resideInAPackage("..command.policy")
                .or()
                .haveSimpleName("ApiKey")
                .or()
                .haveSimpleName("Refusal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.axonframework..", "org.springframework..", "org.apache.kafka..", "java.sql..")
                .check(CLASSES);
    }

    @Test
    void packages_form_no_cycle() {
        slices().matching("io.keyledger.command.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** Spring passes over the annotations in silence otherwise. */
    @Row("S1-71")
    @Test
    void what_is_scheduled_does_run() {
        classes()
                .that()
                .haveSimpleName("CommandService")
                .should()
                .beAnnotatedWith(EnableScheduling.class)
                .check(CLASSES);
    }

    /** All that a key is and was goes through one component: there is no second way to write. */
    @Row("S1-07")
    @Test
    void keys_are_written_by_one_component_alone() {
        classes()
                .that()
                .haveSimpleName("KeyAggregate")
                .should()
                .bePackagePrivate()
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("..command.key")
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                        com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                                                ".*AggregateLifecycle")))
                        .and(com.tngtech.archunit.base.DescribedPredicate.describe(
                                "on a key",
                                call -> !call.getOriginOwner()
                                        .getSimpleName()
                                        .matches("(Tenant|Settings|Person)Aggregate"))))
                .check(CLASSES);
    }
}
