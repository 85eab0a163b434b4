package io.keyledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The three servers as ordinary processes of this machine, with their data in one {@link DataDir}. */
final class EmbeddedServers implements Servers {
    private static final String SUPERUSER = "postgres";

    private final Postgres postgres;
    private final Kafka kafka;
    private final URI elasticsearch;
    private final List<ManagedProcess> processes;

    EmbeddedServers(
            DataDir dir,
            Account account,
            Home home,
            ServerCache cache,
            Ports ports,
            SiemListener siem,
            Heaps heaps,
            Secrets secrets,
            @Nullable Detour detour,
            Progress progress)
            throws IOException {
        this.postgres = new Postgres(
                "localhost", ports.get(Ports.POSTGRES), SUPERUSER, secrets.password("postgresql/" + SUPERUSER));
        this.kafka = new Kafka(
                "localhost:" + ports.get(Ports.KAFKA),
                AccessList.ADMIN,
                secrets.password("kafka/" + AccessList.ADMIN),
                dir.ca());
        this.elasticsearch = URI.create("http://localhost:" + ports.get(Ports.ELASTICSEARCH));
        Provisioning provisioning = secrets.provisioning();
        this.processes = List.of(
                new ManagedProcess(
                        new PostgresProgram(dir, account, cache.postgres(home), ports, postgres, provisioning),
                        progress),
                new ManagedProcess(
                        new KafkaProgram(
                                dir,
                                account,
                                cache.kafka(home),
                                ports,
                                siem,
                                kafka,
                                secrets.password("kafka/controller"),
                                provisioning,
                                heaps,
                                detour),
                        progress),
                new ManagedProcess(
                        new ElasticsearchProgram(dir, account, cache.elasticsearch(home), ports, heaps), progress));
    }

    /** PostgreSQL, Kafka and Elasticsearch, in this order. */
    List<ManagedProcess> processes() {
        return processes;
    }

    List<Ports.Port> ports() {
        return processes.stream().flatMap(p -> p.ports().stream()).toList();
    }

    @Override
    public void start() {
        Together.run(processes.stream().<Runnable>map(p -> p::start).toList());
    }

    @Override
    public Postgres postgres() {
        return postgres;
    }

    @Override
    public Kafka kafka() {
        return kafka;
    }

    @Override
    public URI elasticsearch() {
        return elasticsearch;
    }

    @Override
    public void close() {
        processes.reversed().forEach(ManagedProcess::stop);
    }
}
