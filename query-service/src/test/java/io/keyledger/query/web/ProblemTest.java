package io.keyledger.query.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemTest {

    static Stream<Class<?>> refusals() {
        return Arrays.stream(Refusal.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void every_refusal_has_a_page_a_detail_and_a_status(Class<?> refusal) throws ReflectiveOperationException {
        Constructor<?> constructor = refusal.getDeclaredConstructors()[0];
        Object[] arguments = Arrays.stream(constructor.getParameterTypes())
                .map(type -> type == String.class
                        ? (Object) "x"
                        : type == List.class
                                ? (Object) List.of("a")
                                : type == Instant.class
                                        ? (Object) Instant.EPOCH
                                        : type == boolean.class ? (Object) true : (Object) 1L)
                .toArray();
        Problem problem = Problem.of((Refusal) constructor.newInstance(arguments));
        assertThat(problem.status()).isBetween(400, 503);
        assertThat(problem.detail()).isNotBlank();
        assertThat(problem.status() == 503).isEqualTo(problem.retryAfterSeconds() > 0);
        assertThat(Files.exists(Path.of("../docs/problems", problem.slug() + ".md")))
                .as("docs/problems/%s.md", problem.slug())
                .isTrue();
    }
}
