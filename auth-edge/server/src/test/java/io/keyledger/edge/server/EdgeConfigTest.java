package io.keyledger.edge.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.spool.Durability;
import io.keyledger.edge.core.spool.WhenFull;
import io.keyledger.verifier.Routes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class EdgeConfigTest {
    /** What has no default: every installation says it. */
    private static final Map<String, String> NEEDED = Map.ofEntries(
            Map.entry("keyledger.instance", "inst-1"),
            Map.entry("keyledger.peppers", "/etc/peppers.json"),
            Map.entry("keyledger.kafka.bootstrap-servers", "kafka:9092"),
            Map.entry("keyledger.kafka.username", "auth-edge"),
            Map.entry("keyledger.kafka.password", "not told"),
            Map.entry("keyledger.kafka.ca", "/etc/kafka-ca.pem"),
            Map.entry("keyledger.tls.certificate", "/etc/edge.pem"),
            Map.entry("keyledger.tls.private-key", "/etc/edge.key"),
            Map.entry("keyledger.tls.ca", "/etc/ca.pem"),
            Map.entry("keyledger.edge.id", "edge-7"),
            Map.entry("keyledger.edge.data", "/var/edge"));

    private static EdgeConfig bind(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(NEEDED);
        properties.putAll(more);
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("keyledger", EdgeConfig.class);
    }

    private static EdgeConfig config(EdgeConfig.Edge edge) {
        return new EdgeConfig(
                "inst-1",
                Path.of("/etc/peppers.json"),
                new EdgeConfig.Kafka("kafka:9092", "auth-edge", "not told", Path.of("/etc/kafka-ca.pem")),
                new EdgeConfig.Tls(Path.of("/etc/edge.pem"), Path.of("/etc/edge.key"), Path.of("/etc/ca.pem")),
                edge);
    }

    @Test
    void the_defaults_are_these() {
        List<String> loopback = List.of("127.0.0.1/32", "::1/128");
        assertThat(bind(Map.of()))
                .isEqualTo(config(new EdgeConfig.Edge(
                        "edge-7",
                        Path.of("/var/edge"),
                        "127.0.0.1",
                        9443,
                        loopback,
                        loopback,
                        List.of(),
                        Duration.ofHours(4),
                        Duration.ofSeconds(5),
                        DataSize.ofGigabytes(1),
                        DataSize.ofMegabytes(64),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        0,
                        60,
                        200_000,
                        new EdgeConfig.Audit(Durability.PROCESS, WhenFull.REFUSE),
                        null)));
    }

    @Test
    void every_setting_can_be_set() {
        assertThat(bind(Map.ofEntries(
                        Map.entry("keyledger.edge.address", "0.0.0.0"),
                        Map.entry("keyledger.edge.port", "9543"),
                        Map.entry("keyledger.edge.trusted-proxies", "10.0.0.0/8"),
                        Map.entry("keyledger.edge.trusted-callers", "10.1.0.0/16,10.2.0.0/16"),
                        Map.entry("keyledger.edge.routes[0].method", "GET"),
                        Map.entry("keyledger.edge.routes[0].path", "/orders/**"),
                        Map.entry("keyledger.edge.routes[0].permission", "orders:read"),
                        Map.entry("keyledger.edge.stale-for", "1h"),
                        Map.entry("keyledger.edge.flush", "1s"),
                        Map.entry("keyledger.edge.max-uses", "2GB"),
                        Map.entry("keyledger.edge.max-refusals", "1MB"),
                        Map.entry("keyledger.edge.snapshot-every", "20s"),
                        Map.entry("keyledger.edge.request-timeout", "3s"),
                        Map.entry("keyledger.edge.idle-timeout", "4s"),
                        Map.entry("keyledger.edge.local-port", "9444"),
                        Map.entry("keyledger.edge.failures-per-minute", "7"),
                        Map.entry("keyledger.edge.max-limits", "8"),
                        Map.entry("keyledger.edge.audit.durability", "fsync"),
                        Map.entry("keyledger.edge.audit.when-full", "count"),
                        Map.entry("keyledger.edge.countries-file", "/var/countries.mmdb"))))
                .isEqualTo(config(new EdgeConfig.Edge(
                        "edge-7",
                        Path.of("/var/edge"),
                        "0.0.0.0",
                        9543,
                        List.of("10.0.0.0/8"),
                        List.of("10.1.0.0/16", "10.2.0.0/16"),
                        List.of(new Routes.Rule("GET", "/orders/**", "orders:read")),
                        Duration.ofHours(1),
                        Duration.ofSeconds(1),
                        DataSize.ofGigabytes(2),
                        DataSize.ofMegabytes(1),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        9444,
                        7,
                        8,
                        new EdgeConfig.Audit(Durability.FSYNC, WhenFull.COUNT),
                        Path.of("/var/countries.mmdb"))));
    }

    @Test
    void the_password_of_kafka_is_not_in_words() {
        assertThat(bind(Map.of()).toString()).contains("kafka:9092").doesNotContain("not told");
    }
}
