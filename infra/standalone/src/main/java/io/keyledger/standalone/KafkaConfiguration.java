package io.keyledger.standalone;

import java.nio.file.Path;
import org.apache.kafka.common.Uuid;

/** What the one broker is told, as a process or in a container. */
final class KafkaConfiguration {
    private KafkaConfiguration() {}

    /**
     * server.properties.
     *
     * @param folder with {@code identity.pem}, key and certificate of the broker
     * @param data the log
     */
    static String text(
            Hosts hosts,
            int port,
            int controllerPort,
            SiemListener siem,
            Path folder,
            Path data,
            Path ca,
            Servers.Kafka access,
            String controllerPassword) {
        return """
               # Written at every start.
               process.roles=broker,controller
               node.id=1
               controller.quorum.voters=1@localhost:%2$d
               listeners=BROKER://%9$s:%1$d,CONTROLLER://127.0.0.1:%2$d,SIEM://%11$s:%13$d
               advertised.listeners=BROKER://%10$s:%1$d,SIEM://%12$s:%13$d
               listener.security.protocol.map=BROKER:SASL_SSL,CONTROLLER:SASL_SSL,SIEM:SASL_SSL
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

               # From elsewhere, if at all: not as many as they like, nor for ever on a password that is no more.
               listener.name.siem.scram-sha-512.sasl.jaas.config=\
               org.apache.kafka.common.security.scram.ScramLoginModule required;
               listener.name.siem.scram-sha-512.connections.max.reauth.ms=3600000
               listener.name.siem.max.connections=200
               listener.name.siem.max.connection.creation.rate=20

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
                        ca,
                        access.admin(),
                        access.password(),
                        controllerPassword,
                        hosts.listen(),
                        hosts.kafka(),
                        siem.listen(),
                        siem.host(),
                        siem.port());
    }

    /** What is added to server.properties, and wins over what stands above it, for a listener behind a detour. */
    static String text(Detour detour, int port, int controllerPort, SiemListener siem, Servers.Kafka access) {
        return """

               listeners=BROKER://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,DETOUR://127.0.0.1:%3$d,SIEM://%7$s:%9$d
               advertised.listeners=BROKER://localhost:%1$d,DETOUR://localhost:%4$d,SIEM://%8$s:%9$d
               listener.security.protocol.map=BROKER:SASL_SSL,CONTROLLER:SASL_SSL,DETOUR:SASL_SSL,SIEM:SASL_SSL
               listener.name.detour.scram-sha-512.sasl.jaas.config=\
               org.apache.kafka.common.security.scram.ScramLoginModule required username="%5$s" password="%6$s";
               """.formatted(
                        port,
                        controllerPort,
                        detour.port(),
                        detour.told(),
                        access.admin(),
                        access.password(),
                        siem.listen(),
                        siem.host(),
                        siem.port());
    }

    /** Arguments of kafka-storage, one a line, that make the empty log with the administrator in it. */
    static String formatArguments(Path configuration, Servers.Kafka access) {
        return String.join(
                "\n",
                "--config",
                configuration.toString(),
                "--cluster-id",
                Uuid.randomUuid().toString(),
                "--add-scram",
                "SCRAM-SHA-512=[name=" + access.admin() + ",password=" + access.password() + "]");
    }
}
