package io.keyledger.requirements;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down which tests passed, with the rows they prove: {@code target/rows/<test class>.txt}, one line a test. A class
 * that ran and proved nothing leaves an empty file. JUnit finds it through ServiceLoader, so that depending on this module
 * is all that a test needs.
 *
 * <p>A test counts when each of its invocations passed, there was at least one, and no class around it failed or was
 * skipped. Used by one thread per event; JUnit may call from several, hence {@code synchronized}.
 */
public final class RowRecorder implements TestExecutionListener {
    private final Path directory;
    private final Map<MethodSource, Integer> passed = new HashMap<>();
    private final Set<MethodSource> spoiled = new HashSet<>();
    private final Set<Class<?>> ran = new HashSet<>();
    private final Set<Class<?>> spoiledClasses = new HashSet<>();
    private @Nullable TestPlan plan;

    /** For ServiceLoader: records under the module that Maven tests, or else under the working directory. */
    public RowRecorder() {
        this(Path.of(System.getProperty("basedir", System.getProperty("user.dir", "."))));
    }

    RowRecorder(Path module) {
        this.directory = module.resolve("target").resolve("rows");
    }

    @Override
    public synchronized void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
        passed.clear();
        spoiled.clear();
        ran.clear();
        spoiledClasses.clear();
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier identifier, String reason) {
        spoil(identifier);
    }

    @Override
    public synchronized void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (result.getStatus() != Status.SUCCESSFUL) {
            spoil(identifier);
        } else if (identifier.isTest()) {
            MethodSource method = methodOf(identifier);
            if (method != null) {
                ran.add(method.getJavaClass());
                passed.merge(method, 1, Integer::sum);
            }
        }
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan testPlan) {
        Map<String, List<String>> lines = new TreeMap<>();
        ran.forEach(type -> lines.put(outermost(type).getName(), new ArrayList<>()));
        passed.keySet().forEach(method -> {
            Set<String> rows = rowsOf(method);
            if (!rows.isEmpty() && !spoiled.contains(method) && !isSpoiled(method.getJavaClass())) {
                lines.getOrDefault(outermost(method.getJavaClass()).getName(), new ArrayList<>())
                        .add(method.getMethodName() + "\t" + String.join(" ", rows));
            }
        });
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, List<String>> file : lines.entrySet()) {
                Files.write(
                        directory.resolve(file.getKey() + ".txt"),
                        file.getValue().stream().distinct().sorted().toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void spoil(TestIdentifier identifier) {
        MethodSource method = methodOf(identifier);
        if (method != null) {
            ran.add(method.getJavaClass());
            spoiled.add(method);
            return;
        }
        Optional<TestSource> source = identifier.getSource();
        if (source.isPresent() && source.get() instanceof ClassSource type) {
            ran.add(type.getJavaClass());
            spoiledClasses.add(type.getJavaClass());
        }
    }

    private boolean isSpoiled(@Nullable Class<?> type) {
        return type != null && (spoiledClasses.contains(type) || isSpoiled(type.getEnclosingClass()));
    }

    /** The method of a test, of an invocation of a parameterised one, or of what a factory made. */
    private @Nullable MethodSource methodOf(TestIdentifier identifier) {
        TestIdentifier at = identifier;
        while (at != null) {
            if (at.getSource().orElse(null) instanceof MethodSource method) {
                return method;
            }
            at = plan == null ? null : plan.getParent(at).orElse(null);
        }
        return null;
    }

    private static Set<String> rowsOf(MethodSource source) {
        Set<String> rows = new TreeSet<>();
        Method method = source.getJavaMethod();
        add(rows, method);
        for (Class<?> type = source.getJavaClass(); type != null; type = type.getEnclosingClass()) {
            add(rows, type);
        }
        return rows;
    }

    private static void add(Collection<String> rows, AnnotatedElement element) {
        Row row = element.getAnnotation(Row.class);
        if (row != null) {
            rows.addAll(List.of(row.value()));
        }
    }

    private static Class<?> outermost(Class<?> type) {
        Class<?> at = type;
        for (Class<?> enclosing = at; enclosing != null; enclosing = enclosing.getEnclosingClass()) {
            at = enclosing;
        }
        return at;
    }
}
