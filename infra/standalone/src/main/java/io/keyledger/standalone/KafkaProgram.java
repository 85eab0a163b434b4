package io.keyledger.standalone;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * One KRaft node, broker and controller in one. Both listeners are SASL_SSL: clients come with SCRAM-SHA-512; the broker
 * comes to its controller with a certificate and PLAIN inside that TLS, since a controller cannot look SCRAM credentials up
 * before the log that holds them is read.
 */
final class KafkaProgram extends Program {
    private final Path jars;
    private final int port;
    private final int controllerPort;
    private final Servers.Kafka access;
    private final String controllerPassword;
    private final Provisioning provisioning;
    private final Path folder;
    private final Path data;

    KafkaProgram(
            DataDir dir,
            Account account,
            Path jars,
            Ports ports,
            Servers.Kafka access,
            String controllerPassword,
            Provisioning provisioning) {
        super("kafka", dir, account);
        this.jars = jars;
        this.port = ports.get(Ports.KAFKA);
        this.controllerPort = ports.get(Ports.KAFKA_CONTROLLER);
        this.access = access;
        this.controllerPassword = controllerPassword;
        this.provisioning = provisioning;
        this.folder = dir.root().resolve("kafka");
        this.data = folder.resolve("data");
    }

    @Override
    String title() {
        return "Kafka " + version();
    }

    private String version() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(jars, "kafka-clients-*.jar")) {
            for (Path jar : found) {
                return Versions.of(jar);
            }
        } catch (IOException e) {
            throw new StartFailure("cannot read " + jars + ": " + e, e);
        }
        return "";
    }

    @Override
    List<Ports.Port> ports() {
        return List.of(
                new Ports.Port("Kafka", Ports.KAFKA, port),
                new Ports.Port("Kafka's controller", Ports.KAFKA_CONTROLLER, controllerPort));
    }

    @Override
    List<Path> folders() {
        return List.of(folder);
    }

    @Override
    void prepare() throws IOException, InterruptedException {
        account().mustReach(jars.resolve("."), "Kafka's folder");
        Java.mustBeReachable(account());
        PrivateFiles.write(
                folder.resolve("identity.pem"),
                Files.readString(dir().privateKey("kafka")) + Files.readString(dir().certificate("kafka")),
                account());
        PrivateFiles.write(folder.resolve("log4j2.properties"), Resource.text("kafka-log4j2.properties"), account());
        PrivateFiles.write(folder.resolve("server.properties"), configuration(), account());
        if (!Files.exists(data.resolve("meta.properties"))) {
            format();
        }
    }

    private String configuration() {
        return """
               # Written at every start.
               process.roles=broker,controller
               node.id=1
               controller.quorum.voters=1@localhost:%2$d
               listeners=BROKER://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
               advertised.listeners=BROKER://localhost:%1$d
               listener.security.protocol.map=BROKER:SASL_SSL,CONTROLLER:SASL_SSL
               inter.broker.listener.name=BROKER
               controller.listener.names=CONTROLLER
               log.dirs=%3$s

               ssl.keystore.type=PEM
               ssl.keystore.location=%4$s
               ssl.truststore.type=PEM
               ssl.truststore.location=%5$s
               listener.name.controller.ssl.client.auth=required

               sasl.enabled.mechanisms=SCRAM-SHA-512
               sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
               listener.name.broker.scram-sha-512.sasl.jaas.config=\
               org.apache.kafka.common.security.scram.ScramLoginModule required username="%6$s" password="%7$s";
               sasl.mechanism.controller.protocol=PLAIN
               listener.name.controller.sasl.enabled.mechanisms=PLAIN
               listener.name.controller.plain.sasl.jaas.config=\
               org.apache.kafka.common.security.plain.PlainLoginModule required \
               username="controller" password="%8$s" user_controller="%8$s";

               authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
               allow.everyone.if.no.acl.found=false
               super.users=User:%6$s;User:controller
               auto.create.topics.enable=false

               # One node: one copy of each.
               offsets.topic.replication.factor=1
               offsets.topic.num.partitions=4
               transaction.state.log.replication.factor=1
               transaction.state.log.min.isr=1
               transaction.state.log.num.partitions=4
               share.coordinator.state.topic.replication.factor=1
               share.coordinator.state.topic.min.isr=1
               group.initial.rebalance.delay.ms=0

               # Back within seconds after a crash.
               broker.session.timeout.ms=2000
               broker.heartbeat.interval.ms=300

               # A small footprint.
               num.network.threads=2
               num.io.threads=4
               log.cleaner.dedupe.buffer.size=16777216
               """.formatted(
                        port,
                        controllerPort,
                        data,
                        folder.resolve("identity.pem"),
                        dir().ca(),
                        access.admin(),
                        access.password(),
                        controllerPassword);
    }

    /** Makes the empty log with the administrator in it; its password goes through a file, never the command line. */
    private void format() throws IOException, InterruptedException {
        ServerCache.deleteAll(data);
        Path arguments = folder.resolve("format.arguments");
        try {
            PrivateFiles.write(
                    arguments,
                    String.join(
                            "\n",
                            "--config",
                            folder.resolve("server.properties").toString(),
                            "--cluster-id",
                            Uuid.randomUuid().toString(),
                            "--add-scram",
                            "SCRAM-SHA-512=[name=" + access.admin() + ",password=" + access.password() + "]"),
                    account());
            Tool.run(
                    this,
                    List.of(
                            Java.program(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            jars + "/*",
                            "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                            "kafka.tools.StorageTool",
                            "format",
                            "@" + arguments));
        } finally {
            Files.deleteIfExists(arguments);
        }
    }

    @Override
    List<String> command() {
        return List.of(
                Java.program(),
                "-Xms64m",
                "-Xmx256m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + folder.resolve("classes.jsa"),
                "-Xlog:cds=off",
                "-Xlog:aot=off",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                "-Djava.io.tmpdir=" + dir().temporary(),
                "-cp",
                jars + "/*",
                "kafka.Kafka",
                folder.resolve("server.properties").toString());
    }

    @Override
    Path workingDirectory() {
        return folder;
    }

    /** The port opens early: ready is who answers the administrator and is no longer fenced by its controller. */
    @Override
    boolean isReady() throws InterruptedException {
        if (!Ports.isOpen(port)) {
            return false;
        }
        Properties properties = access.adminProperties();
        properties.setProperty("request.timeout.ms", "5000");
        properties.setProperty("default.api.timeout.ms", "10000");
        try (Admin admin = Admin.create(properties)) {
            while (admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).isEmpty()) {
                Thread.sleep(50);
            }
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    @Override
    void setUp() throws IOException, InterruptedException {
        provisioning.kafka(access);
    }
}
