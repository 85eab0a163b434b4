package io.keyledger.query;

import io.keyledger.standalone.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The real servers without the services: started by the first test that asks, stopped with the JVM. */
final class TestServers {
    private static final class Holder {
        private static final Platform PLATFORM = start();
    }

    private TestServers() {}

    static Platform running() {
        return Holder.PLATFORM;
    }

    private static Platform start() {
        try {
            Path folder = Files.createTempDirectory(
                    Path.of(System.getProperty("keyledger.tests.folder", "/var/tmp")), "keyledger-query-tests-");
            // Started by root, the servers run as the user nobody, who has to get through.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Platform platform = Platform.builder()
                    .dataDir(folder.resolve("data"))
                    .freePorts()
                    .serversOnly()
                    .build();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                platform.close();
                delete(folder);
            }));
            platform.start();
            return platform;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException error)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
