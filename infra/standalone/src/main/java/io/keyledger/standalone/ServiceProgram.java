package io.keyledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One of the services, {@code java -jar} of what production runs, with its whole configuration in one file of its own. */
final class ServiceProgram extends Program {
    private final Service service;
    private final Supplier<Path> built;
    private final Path data;
    private final List<Ports.Port> ports;
    private final int managementPort;
    private final String configuration;
    private final Map<String, String> properties;
    private final boolean quickStarts;
    private final Heaps heaps;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /**
     * @param ports the public one first, the management port last
     * @param data the folder that it keeps its own files in
     * @param properties what stands in addition in its configuration, and wins
     * @param quickStarts whether an end takes the time to make the next start quicker
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
            Map<String, String> properties,
            boolean quickStarts,
            Heaps heaps) {
        super(name, dir, account);
        this.service = service;
        this.built = built;
        this.data = data;
        this.ports = ports;
        this.managementPort = ports.getLast().number();
        this.configuration = configuration;
        this.properties = properties;
        this.quickStarts = quickStarts;
        this.heaps = heaps;
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
        Path _ = jar();
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

    Path configurationFile() {
        return dir().config().resolve(name() + ".yaml");
    }

    /** What runs: a copy, for a build that replaces the jar under a running JVM would break it. */
    private Path jar() {
        try {
            return UnpackedJar.of(built.get(), service.artifact(), dir().programs());
        } catch (IOException e) {
            throw new StartFailure(name() + " cannot be unpacked: " + e, e);
        }
    }

    /** Removes what earlier versions of the service have left; to be called while none of them runs. */
    void removeOldVersions() throws IOException {
        UnpackedJar.removeOthers(built.get(), service.artifact(), dir().programs());
    }

    /** The Java program and its flags as the service runs with, and last the class path of the service. */
    List<String> java() throws IOException {
        List<String> java = new ArrayList<>(flags());
        java.add("--enable-native-access=ALL-UNNAMED");
        Path jar = jar();
        java.add(jar + ":" + jar.resolveSibling("lib") + "/*");
        return java;
    }

    @Override
    List<String> command() {
        List<String> command = new ArrayList<>(flags());
        if (quickStarts) {
            // The JVM writes it when it ends, and anew when the jar or the JVM has changed.
            command.addAll(List.of(
                    "-XX:+AutoCreateSharedArchive",
                    "-XX:SharedArchiveFile=" + data.resolve("classes.jsa"),
                    "-Xlog:cds=off",
                    "-Xlog:aot=off"));
        }
        command.addAll(List.of("-Djava.io.tmpdir=" + dir().temporary(), "-jar", jar().toString()));
        command.add("--spring.config.additional-location=file:" + configurationFile());
        return command;
    }

    private List<String> flags() {
        return List.of(
                Java.program(),
                "-Xms64m",
                heaps.flag(name()),
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "--sun-misc-unsafe-memory-access=allow");
    }

    /** An end that writes the archive of classes takes longer. */
    @Override
    Duration stopPatience() {
        return quickStarts ? Duration.ofMinutes(1) : super.stopPatience();
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
