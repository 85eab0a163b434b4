package io.keyledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the containers of {@code infra/compose} need, made by the same code as for the processes: certificates, passwords,
 * configurations ({@code files}), then roles, topics and access lists in the servers ({@code provision}), then the first key
 * ({@code first-key}). Each may be run again; what is there stays.
 */
final class ComposeFiles {
    private static final Account OURS = new Account(false);

    private final DataDir dir;
    private final Ports ports = Ports.of(Map.of());

    ComposeFiles(DataDir dir) {
        this.dir = dir;
    }

    void files() throws IOException, InterruptedException {
        dir.create(OURS);
        Certificates certificates = new Certificates(dir, Clock.systemUTC());
        certificates.authority();
        for (String party : List.of("kafka", "command-service", "query-service", "auth-edge", "operator")) {
            certificates.leaf(party, OURS);
        }
        Secrets.peppers(dir, OURS);
        Secrets.vaultKeys(dir, OURS);
        Secrets.assertionKeys(dir, OURS);
        Secrets.checkpointKey(dir, OURS);
        Secrets secrets = new Secrets(dir);
        Servers servers = new Elsewhere(secrets, dir);
        Path postgres = PrivateFiles.folder(dir.root().resolve("postgresql"), OURS);
        PrivateFiles.write(
                postgres.resolve("superuser-password"), servers.postgres().password());
        kafka(servers.kafka(), secrets);
        Services services = new Services(
                dir,
                OURS,
                new Home(Path.of("/unused")),
                ports,
                secrets,
                servers,
                Hosts.COMPOSE,
                Map.of(),
                Map.of(),
                false,
                Heaps.of(Map.of()));
        for (ServiceProgram program : List.of(services.command(), services.query(), services.edge(1))) {
            PrivateFiles.folder(program.workingDirectory(), OURS);
            program.writeConfiguration();
        }
        PrivateFiles.write(
                dir.config().resolve("kafka-operator.properties"),
                Main.text(servers.kafka()
                        .properties(AccessList.OPERATOR, secrets.password("kafka/" + AccessList.OPERATOR))));
    }

    private void kafka(Servers.Kafka access, Secrets secrets) throws IOException {
        Path folder = PrivateFiles.folder(dir.root().resolve("kafka"), OURS);
        PrivateFiles.write(
                folder.resolve("identity.pem"),
                Files.readString(dir.privateKey("kafka")) + Files.readString(dir.certificate("kafka")));
        PrivateFiles.write(
                folder.resolve("server.properties"),
                KafkaConfiguration.text(
                        Hosts.COMPOSE,
                        ports.get(Ports.KAFKA),
                        ports.get(Ports.KAFKA_CONTROLLER),
                        new SiemListener(Hosts.COMPOSE.listen(), Hosts.COMPOSE.kafka(), ports.get(Ports.KAFKA_SIEM)),
                        folder,
                        folder.resolve("data"),
                        dir.ca(),
                        access,
                        secrets.password("kafka/controller")));
        Path arguments = folder.resolve("format.arguments");
        if (!Files.exists(arguments)) {
            PrivateFiles.write(
                    arguments, KafkaConfiguration.formatArguments(folder.resolve("server.properties"), access));
        }
    }

    void provision() throws IOException, InterruptedException {
        Secrets secrets = new Secrets(dir);
        Servers servers = new Elsewhere(secrets, dir);
        secrets.provisioning().postgres(servers.postgres());
        secrets.provisioning().kafka(servers.kafka());
    }

    /** The first key, and the addresses as the machine outside the containers knows them. */
    void firstKey() throws IOException, InterruptedException {
        Bootstrap.first(dir, URI.create("https://" + Hosts.COMPOSE.command() + ":" + ports.get(Ports.COMMAND)));
        Map<String, String> endpoints = new LinkedHashMap<>();
        endpoints.put("api", "https://localhost:" + ports.get(Ports.API) + "/api/v1");
        endpoints.put("console", "https://localhost:" + ports.get(Ports.API) + "/");
        endpoints.put("edge", "https://localhost:" + ports.get(Ports.EDGE));
        endpoints.put("command", "https://localhost:" + ports.get(Ports.COMMAND));
        endpoints.put("kafka", Hosts.COMPOSE.kafka() + ":" + ports.get(Ports.KAFKA));
        endpoints.put("kafkaSiem", Hosts.COMPOSE.kafka() + ":" + ports.get(Ports.KAFKA_SIEM));
        endpoints.put("ca", dir.ca().toString());
        endpoints.put("bootstrapKeyFile", dir.bootstrapKeyFile().toString());
        dir.writeEndpoints(endpoints);
    }

    /** Servers that somebody else starts. */
    private record Elsewhere(Secrets secrets, DataDir dir) implements Servers {
        @Override
        public void start() {
            throw new UnsupportedOperationException("compose starts them");
        }

        @Override
        public Postgres postgres() {
            return new Postgres(Hosts.COMPOSE.postgres(), 5432, "postgres", password("postgresql/postgres"));
        }

        @Override
        public Kafka kafka() {
            return new Kafka(
                    Hosts.COMPOSE.kafka() + ":9092", AccessList.ADMIN, password("kafka/" + AccessList.ADMIN), dir.ca());
        }

        @Override
        public URI elasticsearch() {
            return URI.create("http://" + Hosts.COMPOSE.elasticsearch() + ":9200");
        }

        @Override
        public void close() {
            // Not ours to stop.
        }

        private String password(String name) {
            try {
                return secrets.password(name);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
