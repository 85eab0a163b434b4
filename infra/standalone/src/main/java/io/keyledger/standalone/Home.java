package io.keyledger.standalone;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The built project: where the servers' archives and the services' jars are. */
public record Home(Path root) {
    private static final String SERVERS = "infra/servers/target/servers";

    /**
     * The folder that the system property {@code keyledger.home} names, else the nearest one above this class or the
     * working directory that was built.
     *
     * @throws StartFailure when there is none
     */
    public static Home find() {
        String named = System.getProperty("keyledger.home");
        if (named != null) {
            return new Home(Path.of(named).toAbsolutePath().normalize());
        }
        Path found = above(codeSource());
        if (found == null) {
            found = above(Path.of("").toAbsolutePath());
        }
        if (found == null) {
            throw new StartFailure("there is no build: run ./mvnw -DskipTests package first");
        }
        return new Home(found);
    }

    private static @Nullable Path above(@Nullable Path start) {
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(SERVERS))) {
                return at;
            }
        }
        return null;
    }

    private static @Nullable Path codeSource() {
        var source = Home.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null
                    ? null
                    : Path.of(source.getLocation().toURI());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    Path postgresArchive() {
        return only(root.resolve(SERVERS), "postgresql-*.jar");
    }

    Path elasticsearchArchive() {
        return only(root.resolve(SERVERS), "elasticsearch-*.zip");
    }

    Path kafkaJars() {
        return root.resolve(SERVERS).resolve("kafka");
    }

    /** The executable jar of a service. */
    Path service(Service service) {
        return only(root.resolve(service.module()).resolve("target"), service.artifact() + "-*.jar");
    }

    private static Path only(Path folder, String pattern) {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
                for (Path file : found) {
                    String name = file.getFileName().toString();
                    if (!name.matches(".*-(sources|javadoc|classes|tests)\\.jar")) {
                        return file;
                    }
                }
            } catch (IOException e) {
                throw new StartFailure("cannot read " + folder + ": " + e, e);
            }
        }
        throw new StartFailure("there is no " + pattern + " in " + folder + ": run ./mvnw -DskipTests package first");
    }
}
