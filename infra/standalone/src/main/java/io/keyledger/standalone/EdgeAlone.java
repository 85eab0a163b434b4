package io.keyledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Kafka, and how to start one edge beside it with nothing else of the platform: for whoever measures an edge by itself and
 * speaks for command-service. Not for more than one thread.
 */
public final class EdgeAlone implements AutoCloseable {
    private final DataDir dir;
    private final Account account = Account.ofThisProcess();
    private final Ports ports = Ports.free(1);
    private final Servers.Kafka access;
    private final ManagedProcess kafka;
    private final ServiceProgram edge;

    /**
     * Makes certificates, passwords and peppers, and starts nothing yet.
     *
     * @param root a folder that does not exist
     * @param properties of the edge, in addition to those that it always needs
     */
    public EdgeAlone(Path root, Map<String, String> properties, Heaps heaps, Progress progress)
            throws IOException, InterruptedException {
        dir = new DataDir(root);
        dir.create(account);
        Certificates certificates = new Certificates(dir, Clock.systemUTC());
        certificates.authority();
        certificates.leaf("kafka", account);
        certificates.leaf("auth-edge", account);
        Secrets.peppers(dir, account);
        Secrets secrets = new Secrets(dir);
        access = new Servers.Kafka(
                "localhost:" + ports.get(Ports.KAFKA),
                AccessList.ADMIN,
                secrets.password("kafka/" + AccessList.ADMIN),
                dir.ca());
        Home home = Home.find();
        kafka = new ManagedProcess(
                new KafkaProgram(
                        dir,
                        account,
                        ServerCache.ofThisUser(progress).kafka(home),
                        ports,
                        new SiemListener(SiemListener.LOOPBACK, SiemListener.LOCALHOST, ports.get(Ports.KAFKA_SIEM)),
                        access,
                        secrets.password("kafka/controller"),
                        secrets.provisioning(),
                        heaps,
                        null),
                progress);
        edge = new Services(
                        dir,
                        account,
                        home,
                        ports,
                        secrets,
                        new KafkaOnly(access),
                        Hosts.LOCAL,
                        properties,
                        Map.of(),
                        false,
                        heaps)
                .edge(1);
    }

    /** What the edge's configuration needs of the servers. */
    private record KafkaOnly(Kafka kafka) implements Servers {
        @Override
        public void start() {
            throw new UnsupportedOperationException("started by itself");
        }

        @Override
        public Postgres postgres() {
            throw new UnsupportedOperationException("there is no PostgreSQL");
        }

        @Override
        public URI elasticsearch() {
            throw new UnsupportedOperationException("there is no Elasticsearch");
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("stopped by itself");
        }
    }

    /** Starts Kafka, with all users and topics in it. */
    public ManagedProcess startKafka() {
        kafka.start();
        return kafka;
    }

    public Servers.Kafka kafka() {
        return access;
    }

    public DataDir dataDir() {
        return dir;
    }

    /** The name of the installation. */
    public String instance() throws IOException {
        return Secrets.instance(dir);
    }

    /** What starts the edge, under the account that it has; its configuration is written. The data folder is there. */
    public List<String> edgeCommand() throws IOException, InterruptedException {
        for (Path folder : edge.folders()) {
            PrivateFiles.folder(folder, account);
        }
        edge.prepare();
        return new ArrayList<>(account.command(edge.command()));
    }

    public int edgePort() {
        return ports.get(Ports.EDGE);
    }

    public int managementPort() {
        return ports.get(Ports.EDGE_MANAGEMENT);
    }

    /** A port that nobody listens on. */
    public int freePort() {
        return Ports.free(1).get(Ports.API);
    }

    /** Stops Kafka. */
    @Override
    public void close() {
        kafka.stop();
    }

    /** Whether the edge's health says ready. */
    public boolean edgeIsReady() throws InterruptedException {
        return edge.isReady();
    }

    /** Where the edge's command may write what it says. */
    public Path edgeLog() throws IOException {
        Files.createDirectories(dir.logs());
        return edge.log();
    }
}
