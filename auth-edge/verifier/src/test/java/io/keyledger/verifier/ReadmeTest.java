package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that the README shows, as it stands there. */
class ReadmeTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void what_the_readme_shows_compiles_and_does_what_it_says(@TempDir Path folder) throws Exception {
        String page = Files.readString(Path.of("README.md"));
        Matcher example = EXAMPLE.matcher(page);
        assertThat(example.find()).isTrue();
        Path source = Files.createDirectories(folder.resolve("example")).resolve("Gate.java");
        Files.writeString(source, "package example;\n" + example.group(1));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-classpath",
                                System.getProperty("java.class.path"),
                                "-d",
                                folder.toString(),
                                source.toString()))
                .isZero();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(loader.loadClass("example.Gate").getMethod("run").invoke(null))
                    .isEqualTo(List.of("accepted", "revoked", "malformed"));
        }
        assertThat(page).contains("`accepted`, `revoked`, `malformed`");
    }
}
