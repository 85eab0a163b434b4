package io.keyledger.bench;

import io.keyledger.standalone.EdgeAlone;
import io.keyledger.standalone.Heaps;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.standalone.Ports;
import io.keyledger.verifier.Peppers;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The edge's forward-auth door beside nginx and HAProxy with the same keys in a map: each server by itself on one core, in
 * turns, the loader on another. Needs {@code nginx}, {@code haproxy}, {@code wrk}, {@code h2load} and {@code taskset} of the
 * system.
 *
 * <p>While rounds are counted the servers that are not asked stand still, and so does Kafka: it would take the loader's
 * core. The last block has Kafka running, and shows what sending the uses costs.
 */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures an edge's forward-auth door side by side with nginx and HAProxy.")
final class Gateway implements Callable<Integer> {
    private static final String EDGE = "edge";
    private static final int ASKED_WITH = 50_000;
    private static final int HTTP2_CONNECTIONS = 8;
    private static final String GRPC_METHOD = "/envoy.service.auth.v3.Authorization/Check";

    /** Questions in a call: as many as it may have. */
    private static final int BATCH = 100;

    /** Netty names its threads so; all others of an edge are the sender's, the view's, the JVM's. */
    private static final String EVENT_LOOPS = "multiThreadIoEv";

    @Option(names = "--credentials", defaultValue = "1000000", description = "known to all (default 1000000)")
    int credentials;

    @Option(names = "--rounds", defaultValue = "7", description = "counted (default 7)")
    int rounds;

    @Option(names = "--warm-up", defaultValue = "3", description = "rounds before them (default 3)")
    int warmUp;

    @Option(
            names = "--compile",
            defaultValue = "30",
            description = "seconds that the edge is asked for before that: its JVM is new (default 30)")
    int compile;

    @Option(names = "--seconds", defaultValue = "4", description = "of one server in one round (default 4)")
    int seconds;

    @Option(names = "--connections", defaultValue = "64", description = "kept open (default 64)")
    int connections;

    @Option(names = "--server-core", defaultValue = "0", description = "for the servers (default 0)")
    int serverCore;

    @Option(names = "--loader-core", defaultValue = "1", description = "for the loader (default 1)")
    int loaderCore;

    @Option(names = "--jvm", description = "further flags of the edge's JVM, separated by blanks")
    @Nullable
    String jvm;

    @Option(names = "--edge-only", description = "leave nginx and HAProxy out")
    boolean edgeOnly;

    @Option(names = "--no-tls", description = "leave TLS out")
    boolean noTls;

    private final Map<String, List<Measured>> all = new LinkedHashMap<>();

    /** One server in one round. */
    private record Measured(Wrk.Result result, ProcessTime time) {
        double perCpuSecond() {
            return result.requests() / (time.nanos() / 1e9);
        }

        double cpuMicros() {
            return time.nanos() / 1e3 / result.requests();
        }

        double loopMicros() {
            return time.of(EVENT_LOOPS) / 1e3 / result.requests();
        }
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Path.of(
                "/var/tmp", "keyledger-gateway-" + ProcessHandle.current().pid());
        try {
            measure(folder);
        } finally {
            Bench.deleteAll(folder);
        }
        return 0;
    }

    private void measure(Path folder) throws Exception {
        int local = Ports.free(1).get(Ports.API);
        try (EdgeAlone alone = new EdgeAlone(
                folder,
                Map.of(
                        "keyledger.edge.local-port",
                        Integer.toString(local),
                        "keyledger.edge.trusted-callers",
                        "127.0.0.1",
                        // Kafka stands still for whole blocks, and five of them follow each other.
                        "keyledger.edge.max-uses",
                        "16GB"),
                Heaps.of(Map.of("auth-edge", "768m", "kafka", "512m")),
                Gateway::progress)) {
            ManagedProcess kafka = alone.startKafka();
            Path own = Files.createDirectories(folder.resolve("gateway"));
            List<String> askedWith = new ArrayList<>();
            try (EdgeFeed feed = new EdgeFeed(alone.kafka(), alone.instance())) {
                fill(feed, alone, own, askedWith);
                feed.startBeating();
                measure(alone, own, local, kafka, askedWith);
            }
        }
    }

    private static void progress(String line) {
        System.err.println(line);
    }

    private void fill(EdgeFeed feed, EdgeAlone alone, Path own, List<String> askedWith) throws IOException {
        int every = Math.max(credentials / ASKED_WITH, 1);
        int[] made = new int[1];
        try (BufferedWriter nginx = Files.newBufferedWriter(own.resolve("nginx.map"));
                BufferedWriter haproxy = Files.newBufferedWriter(own.resolve("haproxy.map"))) {
            feed.fill(credentials, Peppers.read(alone.dataDir().peppers()), (key, id) -> {
                try {
                    nginx.write("\"" + key.reveal() + "\" " + id.value() + ";\n");
                    haproxy.write(key.reveal() + " " + id.value() + "\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (made[0]++ % every == 0) {
                    askedWith.add(key.reveal());
                }
            });
        }
        Collections.shuffle(askedWith, new Random(2));
        System.err.printf("%,d credentials are in the topics%n", credentials);
    }

    private void measure(EdgeAlone alone, Path own, int local, ManagedProcess kafka, List<String> keys)
            throws Exception {
        Wrk wrk = Wrk.authorize(own, loaderCore, connections, keys);
        List<GatewayServer> servers = new ArrayList<>();
        try {
            List<String> command = new ArrayList<>(alone.edgeCommand());
            int at = command.indexOf("-XX:+ExitOnOutOfMemoryError");
            if (jvm != null) {
                command.addAll(at, List.of(jvm.strip().split(" +")));
            }
            long began = System.nanoTime();
            GatewayServer edge =
                    GatewayServer.start(EDGE, serverCore, local, alone.edgePort(), command, alone.edgeLog());
            servers.add(edge);
            while (!alone.edgeIsReady()) {
                if (!edge.isAlive()) {
                    throw new IOException("the edge has ended: " + Files.readString(alone.edgeLog()));
                }
                Thread.sleep(50);
            }
            System.err.printf("the edge is ready after %.1f s%n", (System.nanoTime() - began) / 1e9);
            if (!edgeOnly) {
                edge.pause();
                servers.addAll(rivals(alone, own));
            }
            for (boolean tls : noTls ? new boolean[] {false} : new boolean[] {false, true}) {
                kafka.pause();
                block(servers, wrk(wrk, tls));
                kafka.resume();
                table("HTTP/1.1%s, %d connections".formatted(tls ? " over TLS" : " in clear", connections), servers);
            }
            if (!noTls) {
                overHttp2(alone, own, servers, kafka, keys);
                bodies(own, servers.getFirst(), kafka, keys);
            }
            edge.resume();
            sending(edge, wrk);
        } finally {
            for (GatewayServer server : servers) {
                server.close();
            }
        }
    }

    private List<GatewayServer> rivals(EdgeAlone alone, Path own) throws IOException, InterruptedException {
        Path certificate = alone.dataDir().certificate("auth-edge");
        Path key = alone.dataDir().privateKey("auth-edge");
        Path identity = own.resolve("identity.pem");
        Files.writeString(identity, Files.readString(certificate) + Files.readString(key));
        List<GatewayServer> rivals = List.of(
                GatewayServer.nginx(
                        own,
                        serverCore,
                        own.resolve("nginx.map"),
                        certificate,
                        key,
                        alone.freePort(),
                        alone.freePort()),
                GatewayServer.haproxy(
                        own, serverCore, own.resolve("haproxy.map"), identity, alone.freePort(), alone.freePort()));
        for (GatewayServer rival : rivals) {
            while (!answers(rival.port(false))) {
                if (!rival.isAlive()) {
                    throw new IOException(rival.name() + " has ended; its log is in " + own);
                }
                Thread.sleep(50);
            }
            rival.pause();
            System.err.println(rival.name() + " is ready");
        }
        return rivals;
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks one server for so many seconds. */
    private interface Asking {
        Wrk.Result ask(GatewayServer server, int seconds) throws IOException, InterruptedException;
    }

    private static Asking wrk(Wrk wrk, boolean tls) {
        return (server, duration) -> wrk.run(tls, server.port(tls), duration);
    }

    private void block(List<GatewayServer> servers, Asking asking) throws IOException, InterruptedException {
        all.clear();
        servers.forEach(server -> all.put(server.name(), new ArrayList<>()));
        GatewayServer edge = servers.getFirst();
        edge.resume();
        Wrk.Result unused = asking.ask(edge, compile);
        edge.pause();
        for (int round = -warmUp; round < rounds; round++) {
            StringBuilder line = new StringBuilder("round " + (round < 0 ? "(warm-up)" : String.valueOf(round + 1)));
            for (int i = 0; i < servers.size(); i++) {
                GatewayServer server = servers.get(Math.floorMod(round + i, servers.size()));
                server.resume();
                Measured measured = once(server, asking);
                server.pause();
                line.append(String.format(
                        Locale.ROOT,
                        "  %s %,.0f/s %.2f us",
                        server.name(),
                        measured.result().perSecond(),
                        measured.cpuMicros()));
                if (round >= 0) {
                    of(server).add(measured);
                }
            }
            System.err.println(line);
        }
    }

    private Measured once(GatewayServer server, Asking asking) throws IOException, InterruptedException {
        ProcessTime before = server.time();
        Wrk.Result result = asking.ask(server, seconds);
        ProcessTime used = server.time().since(before);
        if (result.refused() > result.requests() / 1_000) {
            throw new IOException("%s refused %d of %d".formatted(server.name(), result.refused(), result.requests()));
        }
        return new Measured(result, used);
    }

    /** ext_authz over gRPC, beside what the others answer to a plain GET over HTTP/2 with the key in its header. */
    private void overHttp2(
            EdgeAlone alone, Path own, List<GatewayServer> servers, ManagedProcess kafka, List<String> keys)
            throws Exception {
        String key = keys.getFirst();
        byte[] check = CheckBody.of(key);
        Path body = Files.write(own.resolve("check.bin"), check);
        GatewayServer edge = servers.getFirst();
        edge.resume();
        mustPass(alone.dataDir().ca(), edge.port(true), check);
        edge.pause();
        H2load h2load = new H2load(loaderCore, HTTP2_CONNECTIONS, connections / HTTP2_CONNECTIONS);
        kafka.pause();
        block(servers, (server, duration) -> {
            String origin = "https://127.0.0.1:" + server.port(true);
            return server == edge
                    ? h2load.run(
                            origin + GRPC_METHOD,
                            duration,
                            List.of(
                                    "-d",
                                    body.toString(),
                                    "-H",
                                    "content-type: application/grpc",
                                    "-H",
                                    "te: trailers"))
                    : h2load.run(origin + "/v1/authorize", duration, List.of("-H", "x-api-key: " + key));
        });
        kafka.resume();
        table(
                "ext_authz by gRPC beside GET over HTTP/2, TLS, %d connections of %d streams, one key"
                        .formatted(HTTP2_CONNECTIONS, connections / HTTP2_CONNECTIONS),
                servers);
    }

    /** An answer to gRPC is 200 also when it refuses: looks into it once. */
    private static void mustPass(Path ca, int port, byte[] check) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(Trust.context(ca)).build()) {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port + GRPC_METHOD))
                            .header("Content-Type", "application/grpc")
                            .header("TE", "trailers")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(check))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            String text = new String(answer.body(), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            if (answer.statusCode() != 200 || !text.contains("x-keyledger-credential-id")) {
                throw new IOException("the key does not pass by gRPC: " + answer.statusCode());
            }
        }
    }

    /** The doors that take JSON; nobody else has them. */
    private void bodies(Path own, GatewayServer edge, ManagedProcess kafka, List<String> keys) throws Exception {
        List<String> questions = keys.stream()
                .map(key ->
                        "{\"key\":\"%s\",\"method\":\"GET\",\"path\":\"/api/v1/objects?page=2\",\"ip\":\"192.0.2.7\"}"
                                .formatted(key))
                .toList();
        List<String> batches = new ArrayList<>();
        for (int from = 0; from + BATCH <= questions.size(); from += BATCH) {
            batches.add("{\"items\":[" + String.join(",", questions.subList(from, from + BATCH)) + "]}");
        }
        System.out.printf("### JSON over TLS, HTTP/1.1, %d connections%n%n", connections);
        Table table = new Table("", "keys per CPU second", "CPU us a key", "calls per second", "p50 ms", "p99 ms");
        for (int each : new int[] {1, BATCH}) {
            String path = each == 1 ? "/v1/verify" : "/v1/verify/batch";
            Wrk wrk = Wrk.post(own, loaderCore, connections, path, each == 1 ? questions : batches);
            kafka.pause();
            block(List.of(edge), wrk(wrk, true));
            kafka.resume();
            List<Measured> rows = of(edge);
            table.row(
                    path,
                    each * median(rows, Measured::perCpuSecond),
                    median(rows, Measured::cpuMicros) / each,
                    median(rows, m -> m.result().perSecond()),
                    median(rows, m -> m.result().p50Millis()),
                    median(rows, m -> m.result().p99Millis()));
        }
        System.out.println(table);
    }

    private List<Measured> of(GatewayServer server) {
        return all.getOrDefault(server.name(), new ArrayList<>());
    }

    private void table(String title, List<GatewayServer> servers) {
        System.out.printf("### %s%n%n", title);
        Table table = new Table(
                "",
                "per CPU second",
                "CPU us each",
                "of it event loop",
                "per second",
                "edge to it, by CPU",
                "edge to it, by time",
                "p50 ms",
                "p99 ms");
        for (GatewayServer server : servers) {
            List<Measured> rows = of(server);
            List<Double> byCpu = new ArrayList<>();
            List<Double> byTime = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                Measured edge = of(servers.getFirst()).get(i);
                byCpu.add(edge.perCpuSecond() / rows.get(i).perCpuSecond());
                byTime.add(edge.result().perSecond() / rows.get(i).result().perSecond());
            }
            table.row(
                    server.name(),
                    median(rows, Measured::perCpuSecond),
                    median(rows, Measured::cpuMicros),
                    server == servers.getFirst() ? median(rows, Measured::loopMicros) : Double.NaN,
                    median(rows, m -> m.result().perSecond()),
                    Figures.median(byCpu),
                    Figures.median(byTime),
                    median(rows, m -> m.result().p50Millis()),
                    median(rows, m -> m.result().p99Millis()));
        }
        System.out.println(table);
    }

    private static double median(List<Measured> rows, ToDoubleFunction<Measured> figure) {
        return Figures.median(rows.stream().mapToDouble(figure).boxed().toList());
    }

    /** With Kafka running: where the edge's time goes when each use also becomes an event and is sent. */
    private void sending(GatewayServer edge, Wrk wrk) throws IOException, InterruptedException {
        System.out.println("### In clear, Kafka running on the loader's core: CPU by thread");
        System.out.println();
        Measured measured = once(edge, wrk(wrk, false));
        Table table = new Table("threads", "CPU us a request");
        measured.time().byThread().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(8)
                .forEach(e -> table.row(
                        e.getKey(), e.getValue() / 1e3 / measured.result().requests()));
        table.row("all", measured.cpuMicros());
        System.out.println(table);
    }
}
