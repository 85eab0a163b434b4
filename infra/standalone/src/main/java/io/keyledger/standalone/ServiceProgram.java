package io.keyledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One of the services, {@code java -jar} as in production, with its whole configuration in one file of its own. */
final class ServiceProgram extends Program {
    private final Service service;
    private final Supplier<Path> built;
    private final Path data;
    private final List<Ports.Port> ports;
    private final int managementPort;
    private final String configuration;
    private final Map<String, String> properties;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /**
     * @param ports the public one first, the management port last
     * @param data the folder that it keeps its own files in
     * @param properties what stands in addition in its configuration, and wins
     */
    ServiceProgram(
            String name,
            Service service,
            DataDir dir,
            Account account,
            Supplier<Path> built,
            Path data,
            List<Ports.Port> ports,
            String configuration,
            Map<String, String> properties) {
        super(name, dir, account);
        this.service = service;
        this.built = built;
        this.data = data;
        this.ports = ports;
        this.managementPort = ports.getLast().number();
        this.configuration = configuration;
        this.properties = properties;
    }

    @Override
    String title() {
        return name();
    }

    @Override
    List<Ports.Port> ports() {
        return ports;
    }

    @Override
    List<Path> folders() {
        return List.of(data);
    }

    @Override
    void prepare() throws IOException, InterruptedException {
        Java.mustBeReachable(account());
        writeConfiguration();
        copyJar();
    }

    void writeConfiguration() throws IOException {
        StringBuilder text = new StringBuilder("# Written at every start.\n").append(configuration);
        if (!properties.isEmpty()) {
            text.append("---\n");
            properties.forEach((name, value) -> text.append(name)
                    .append(": '")
                    .append(value.replace("'", "''"))
                    .append("'\n"));
        }
        PrivateFiles.write(configurationFile(), text.toString(), account());
    }

    private Path configurationFile() {
        return dir().config().resolve(name() + ".yaml");
    }

    /** It runs from a copy: a build that replaces the jar under a running JVM would break it. */
    private synchronized void copyJar() throws IOException {
        Path jar = built.get();
        Path copy = copy();
        // By content: a build gives its jars the same time again and again.
        if (Files.exists(copy) && Files.mismatch(jar, copy) < 0) {
            return;
        }
        Path fresh = Files.createTempFile(dir().programs(), ".", ".jar");
        Files.copy(jar, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path copy() {
        return dir().programs().resolve(service.artifact() + ".jar");
    }

    @Override
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Java.program(),
                "-Xms64m",
                "-Xmx256m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + dir().temporary(),
                "-jar",
                copy().toString()));
        command.add("--spring.config.additional-location=file:" + configurationFile());
        return command;
    }

    @Override
    Path workingDirectory() {
        return data;
    }

    @Override
    String health() {
        return "http://127.0.0.1:" + managementPort + "/actuator/health/readiness";
    }

    @Override
    boolean isReady() throws InterruptedException {
        HttpRequest readiness = HttpRequest.newBuilder(URI.create(health()))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(readiness, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
