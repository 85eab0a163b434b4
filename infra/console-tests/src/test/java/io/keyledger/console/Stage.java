package io.keyledger.console;

import io.keyledger.standalone.Pem;
import io.keyledger.standalone.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The whole platform and a Chromium, and the people who visit it. */
final class Stage implements AutoCloseable {
    static final int EDGES = 2;

    private final Chromium chromium;
    private final Path folder;
    private final Platform platform;
    private final HttpClient gateway;
    private final @Nullable Path pictures;
    private final List<Visitor> visitors = new ArrayList<>();

    /** Skips the test when there is no Chromium, before anything else is started. */
    @SuppressWarnings("SystemOut")
    Stage() {
        chromium = Chromium.start();
        try {
            folder = Files.createTempDirectory(
                    Path.of(System.getProperty("keyledger.tests.folder", "/var/tmp")), "keyledger-browser-tests-");
            // Started by root, the servers run as the user nobody, who has to get through.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            platform = Platform.builder()
                    .dataDir(folder.resolve("data"))
                    .freePorts()
                    .edges(EDGES)
                    .progress(System.out::println)
                    .build();
            platform.start();
            gateway = HttpClient.newBuilder()
                    .sslContext(Pem.trusting(platform.dataDir()))
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
            String where = System.getProperty("keyledger.screenshots", "");
            pictures = where.isEmpty() ? null : Files.createDirectories(Path.of(where));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI origin() {
        return platform.api();
    }

    String bootstrapKey() {
        try {
            return Files.readString(platform.dataDir().bootstrapKeyFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody with a browser of their own, who has not signed in. */
    Visitor visitor() {
        return visitor(true);
    }

    Visitor visitor(boolean script) {
        Visitor visitor = new Visitor(chromium.browser(), platform.api(), pictures, script);
        visitors.add(visitor);
        return visitor;
    }

    /** Somebody who comes by another name than localhost; browsers know that all below it is this machine. */
    Visitor visitorAt(String host) {
        URI named = URI.create("https://" + host + ":" + platform.api().getPort());
        Visitor visitor = new Visitor(chromium.browser(), named, pictures, true);
        visitors.add(visitor);
        return visitor;
    }

    /** Everybody who came. */
    List<Visitor> visitors() {
        return List.copyOf(visitors);
    }

    /** What an edge says to a request with that key, as a gateway asks it: 204 = it may pass. */
    int ask(String key, int edge, String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(platform.edge(edge).resolve("/v1/authorize"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "ApiKey " + key)
                .header("X-Forwarded-Method", method)
                .header("X-Forwarded-Uri", path)
                .header("X-Forwarded-For", "203.0.113." + (10 + Math.floorMod(path.hashCode(), 5)))
                .header("User-Agent", "invoice-sync/2.4")
                .GET()
                .build();
        try {
            HttpResponse<Void> answer = gateway.send(request, BodyHandlers.discarding());
            return answer.statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        visitors.forEach(Visitor::close);
        chromium.close();
        gateway.close();
        platform.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
