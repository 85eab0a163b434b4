package io.keyledger.query.console;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.keyledger.query.console.access.ForEverybody;
import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Needs;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/** Every page of the console, as its own annotations say. */
final class Routes {
    private Routes() {}

    /**
     * One page.
     *
     * @param rule such as {@code users:read}, {@code own keys:read}, {@code signed in}, {@code everybody}; null = none
     */
    record Route(String method, String path, @Nullable String rule, Class<?> page, Method handler) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static List<Route> all() {
        List<Route> routes = new ArrayList<>();
        new ClassFileImporter()
                .importPackages("io.keyledger.query.console").stream()
                        .filter(c -> c.isAnnotatedWith(Controller.class) || c.isMetaAnnotatedWith(Controller.class))
                        .map(c -> c.reflect())
                        .forEach(page -> add(page, routes));
        routes.sort(Comparator.comparing(Route::toString));
        return routes;
    }

    private static void add(Class<?> page, List<Route> routes) {
        for (Method handler : page.getDeclaredMethods()) {
            RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler, RequestMapping.class);
            if (mapping == null) {
                continue;
            }
            for (RequestMethod method : mapping.method()) {
                for (String path : mapping.path()) {
                    routes.add(new Route(method.name(), path, rule(handler), page, handler));
                }
            }
        }
    }

    private static @Nullable String rule(Method handler) {
        Needs needs = handler.getAnnotation(Needs.class);
        if (needs != null) {
            return (needs.own() ? "own " : "") + needs.value().wire();
        }
        if (handler.isAnnotationPresent(ForSignedIn.class)) {
            return "signed in";
        }
        return handler.isAnnotationPresent(ForEverybody.class) ? "everybody" : null;
    }
}
