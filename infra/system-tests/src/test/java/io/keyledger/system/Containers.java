package io.keyledger.system;

import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Ports;
import io.keyledger.standalone.Provisioning;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.elasticsearch.ElasticsearchContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The three servers from a Docker engine: {@code ./mvnw verify -Pcontainers}. The same versions, the same access rules. */
final class Containers implements Servers {
    static final String POSTGRESQL = "postgres:18.6";
    static final String KAFKA = "apache/kafka:4.2.1";
    static final String ELASTICSEARCH = "docker.elastic.co/elasticsearch/elasticsearch:9.5.3";

    private static final String SUPERUSER = "postgres";
    private static final String ADMIN = "admin";
    private static final int WORLD_READABLE = 0444;

    private final Provisioning provisioning;
    private final PostgreSQLContainer postgres;
    private final GenericContainer<?> broker;
    private final ElasticsearchContainer elasticsearch;
    private final String password = UUID.randomUUID().toString();
    private final DataDir dir;
    private final int kafkaPort;

    Containers(DataDir dir, Ports ports, Provisioning provisioning) throws IOException {
        this.dir = dir;
        this.kafkaPort = ports.get(Ports.KAFKA);
        this.provisioning = provisioning;
        this.postgres = new PostgreSQLContainer(DockerImageName.parse(POSTGRESQL))
                .withUsername(SUPERUSER)
                .withPassword(password)
                .withDatabaseName("postgres");
        this.broker = broker();
        this.elasticsearch = new ElasticsearchContainer(DockerImageName.parse(ELASTICSEARCH))
                .withEnv("discovery.type", "single-node")
                .withEnv("xpack.security.enabled", "false")
                .withEnv("ES_JAVA_OPTS", "-Xms512m -Xmx512m");
    }

    private GenericContainer<?> broker() throws IOException {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(KAFKA));
        // What the broker tells its clients has to be where they reach it.
        container.setPortBindings(List.of("127.0.0.1:" + kafkaPort + ":" + kafkaPort));
        return container
                .withExposedPorts(kafkaPort)
                .withCopyToContainer(file(configuration()), "/tmp/keyledger/server.properties")
                .withCopyToContainer(
                        file(Files.readString(dir.privateKey("kafka")) + Files.readString(dir.certificate("kafka"))),
                        "/tmp/keyledger/identity.pem")
                .withCopyToContainer(file(Files.readString(dir.ca())), "/tmp/keyledger/ca.pem")
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("sh", "-c"))
                .withCommand(
                        "/opt/kafka/bin/kafka-storage.sh format --standalone --config /tmp/keyledger/server.properties"
                                + " --cluster-id 5L6g3nShT-eMCtK--X86sw --add-scram 'SCRAM-SHA-512=[name=" + ADMIN
                                + ",password="
                                + password + "]'"
                                + " && exec /opt/kafka/bin/kafka-server-start.sh /tmp/keyledger/server.properties")
                .waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1));
    }

    private static Transferable file(String text) {
        return Transferable.of(text.getBytes(StandardCharsets.UTF_8), WORLD_READABLE);
    }

    private String configuration() {
        return """
               process.roles=broker,controller
               node.id=1
               controller.quorum.bootstrap.servers=localhost:9093
               listeners=BROKER://0.0.0.0:%1$d,CONTROLLER://localhost:9093
               advertised.listeners=BROKER://localhost:%1$d,CONTROLLER://localhost:9093
               listener.security.protocol.map=BROKER:SASL_SSL,CONTROLLER:SSL
               inter.broker.listener.name=BROKER
               controller.listener.names=CONTROLLER
               log.dirs=/tmp/keyledger-data
               ssl.keystore.type=PEM
               ssl.keystore.location=/tmp/keyledger/identity.pem
               ssl.truststore.type=PEM
               ssl.truststore.location=/tmp/keyledger/ca.pem
               listener.name.controller.ssl.client.auth=required
               sasl.enabled.mechanisms=SCRAM-SHA-512
               sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
               listener.name.broker.scram-sha-512.sasl.jaas.config=\
               org.apache.kafka.common.security.scram.ScramLoginModule required username="%2$s" password="%3$s";
               authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
               allow.everyone.if.no.acl.found=false
               super.users=User:%2$s;User:CN=kafka
               auto.create.topics.enable=false
               offsets.topic.replication.factor=1
               transaction.state.log.replication.factor=1
               transaction.state.log.min.isr=1
               group.initial.rebalance.delay.ms=0
               """.formatted(kafkaPort, ADMIN, password);
    }

    @Override
    public void start() {
        Startables.deepStart(postgres, broker, elasticsearch).join();
        try {
            provisioning.postgres(postgres());
            provisioning.kafka(kafka());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public Postgres postgres() {
        return new Postgres(
                postgres.getHost(), postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT), SUPERUSER, password);
    }

    @Override
    public Kafka kafka() {
        return new Kafka("localhost:" + kafkaPort, ADMIN, password, dir.ca());
    }

    @Override
    public URI elasticsearch() {
        return URI.create("http://" + elasticsearch.getHttpHostAddress());
    }

    @Override
    public void close() {
        elasticsearch.stop();
        broker.stop();
        postgres.stop();
    }
}
