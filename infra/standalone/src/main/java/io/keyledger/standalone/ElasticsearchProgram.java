package io.keyledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One Elasticsearch node on loopback. Its own start program ends when the node is up, so that one JVM stays, not two. */
final class ElasticsearchProgram extends Program {
    private final Path binaries;
    private final int port;
    private final int transportPort;
    private final Heaps heaps;
    private final Path folder;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    ElasticsearchProgram(DataDir dir, Account account, Path binaries, Ports ports, Heaps heaps) {
        super("elasticsearch", dir, account);
        this.binaries = binaries;
        this.port = ports.get(Ports.ELASTICSEARCH);
        this.transportPort = ports.get(Ports.ELASTICSEARCH_TRANSPORT);
        this.heaps = heaps;
        this.folder = dir.root().resolve("elasticsearch");
    }

    @Override
    String title() {
        return "Elasticsearch " + Versions.of(binaries);
    }

    @Override
    List<Ports.Port> ports() {
        return List.of(
                new Ports.Port("Elasticsearch", Ports.ELASTICSEARCH, port),
                new Ports.Port("Elasticsearch's transport", Ports.ELASTICSEARCH_TRANSPORT, transportPort));
    }

    @Override
    List<Path> folders() {
        return Stream.of("", "config", "config/jvm.options.d", "data", "logs", "tmp")
                .map(folder::resolve)
                .toList();
    }

    @Override
    void prepare() throws IOException, InterruptedException {
        account().mustReach(binaries.resolve("bin/elasticsearch"), "Elasticsearch's program");
        Java.mustBeReachable(account());
        Path temporary = folder.resolve("tmp");
        ServerCache.deleteAll(temporary);
        PrivateFiles.folder(temporary, account());
        Path config = folder.resolve("config");
        PrivateFiles.write(
                config.resolve("jvm.options"),
                // Theirs, but for the collector and its log, which cost memory that a small node does not need.
                Files.readString(binaries.resolve("config/jvm.options"))
                        .lines()
                        .filter(line ->
                                !line.contains("UseG1GC") && !line.contains("gc.log") && !line.contains("HeapDump"))
                        .collect(java.util.stream.Collectors.joining("\n", "", "\n")),
                account());
        PrivateFiles.write(
                config.resolve("jvm.options.d/keyledger.options"), """
                -Xms%1$dm
                -Xmx%1$dm
                -XX:-AlwaysPreTouch
                -XX:+UseSerialGC
                """.formatted(heaps.megabytes(name())), account());
        PrivateFiles.write(
                config.resolve("log4j2.properties"), Resource.text("elasticsearch-log4j2.properties"), account());
        PrivateFiles.write(
                config.resolve("elasticsearch.yml"),
                """
                # Written at every start.
                cluster.name: keyledger
                node.name: keyledger-1
                discovery.type: single-node
                network.host: 127.0.0.1
                http.port: %d
                transport.port: %d
                path.data: %s
                path.logs: %s
                xpack.security.enabled: false
                # One node on one disk: nowhere to move to, and nothing gained by refusing to write early.
                cluster.routing.allocation.disk.threshold_enabled: false
                """.formatted(port, transportPort, folder.resolve("data"), folder.resolve("logs")),
                account());
        // A note that a kill -9 left would be taken for the new one.
        Files.deleteIfExists(pid());
    }

    @Override
    List<String> command() {
        return List.of(binaries.resolve("bin/elasticsearch").toString(), "--daemonize", "--pidfile", pid().toString());
    }

    @Override
    Map<String, String> environment() {
        Path temporary = folder.resolve("tmp");
        // Its start program leaves a folder behind each time. Its shell script splits these options at blanks.
        String cleaner = temporary.toString().contains(" ") ? "" : " -Djava.io.tmpdir=" + temporary;
        return Map.of(
                "ES_JAVA_HOME", Java.home().toString(),
                "ES_PATH_CONF", folder.resolve("config").toString(),
                "ES_TMPDIR", temporary.toString(),
                "CLI_JAVA_OPTS", "-Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto" + cleaner);
    }

    @Override
    Path workingDirectory() {
        return folder;
    }

    @Override
    String health() {
        return "http://127.0.0.1:" + port + "/_cluster/health?wait_for_status=yellow&timeout=1s";
    }

    @Override
    boolean isReady() throws InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(URI.create(health()))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    boolean daemonizes() {
        return true;
    }

    @Override
    @Nullable
    Path ownPidFile() {
        return pid();
    }

    private Path pid() {
        return folder.resolve("elasticsearch.pid");
    }

    @Override
    Path log() {
        return folder.resolve("logs/elasticsearch.log");
    }
}
