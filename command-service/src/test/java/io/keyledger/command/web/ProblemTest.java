package io.keyledger.command.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void every_refusal_is_a_problem_of_its_own_that_says_what_to_do() throws ReflectiveOperationException {
        Set<String> slugs = new HashSet<>();
        for (Class<?> type : Refusal.class.getPermittedSubclasses()) {
            Problem problem = Problem.of(example(type));
            assertThat(slugs.add(problem.slug())).as(problem.slug()).isTrue();
            assertThat(problem.slug()).matches("[a-z]+(-[a-z]+)*");
            assertThat(problem.detail()).isNotBlank().doesNotContain("%");
            assertThat(problem.status()).isBetween(400, 503);
            assertThat(problem.status() == 500).isEqualTo(type == Refusal.Internal.class);
            if (problem.status() == 503) {
                assertThat(problem.headers()).containsKey("Retry-After");
            }
            assertThat(problem.body("req_1"))
                    .containsEntry("type", "https://keyledger.io/problems/" + problem.slug())
                    .containsEntry("status", problem.status())
                    .containsEntry("requestId", "req_1")
                    .containsKeys("title", "detail");
        }
    }

    private static Refusal example(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = types[i] == String.class
                    ? "text"
                    : types[i] == List.class
                            ? List.of("a", "b")
                            : types[i] == Instant.class ? Instant.EPOCH : types[i] == long.class ? (Object) 7L : 7;
        }
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return (Refusal) constructor.newInstance(values);
    }
}
