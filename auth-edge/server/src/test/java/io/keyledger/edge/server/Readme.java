package io.keyledger.edge.server;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** The first example of a page, compiled. */
final class Readme {
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("public (?:final )?class (\\w+)");

    private Readme() {}

    static Class<?> example(Path page, Path folder) throws IOException, ClassNotFoundException {
        Matcher example = EXAMPLE.matcher(Files.readString(page));
        if (!example.find()) {
            throw new IllegalStateException("no example in " + page);
        }
        Matcher name = NAME.matcher(example.group(1));
        if (!name.find()) {
            throw new IllegalStateException("no class in the example of " + page);
        }
        Path source = Files.createDirectories(folder.resolve("example")).resolve(name.group(1) + ".java");
        Files.writeString(source, "package example;\n" + example.group(1));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-parameters",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        if (failed != 0) {
            throw new IllegalStateException("the example of " + page + " does not compile");
        }
        URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, Thread.currentThread().getContextClassLoader());
        return loader.loadClass("example." + name.group(1));
    }
}
