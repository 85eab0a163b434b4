package io.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class QueryConfigTest {

    /** What has no default: every installation says it. */
    private static final Map<String, String> NEEDED = Map.of("keyledger.query.assertion-key", "/etc/assertion.key");

    private static QueryConfig bind(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(NEEDED);
        properties.putAll(more);
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("keyledger.query", QueryConfig.class);
    }

    @Test
    void the_defaults_are_these() {
        assertThat(bind(Map.of()))
                .isEqualTo(new QueryConfig(
                        URI.create("http://localhost:9200"),
                        URI.create("https://localhost:8444"),
                        2,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        false,
                        Duration.ofDays(400),
                        Path.of("/etc/assertion.key"),
                        Set.of("localhost", "127.0.0.1", "::1")));
    }

    @Test
    void every_setting_can_be_set() {
        assertThat(bind(Map.of(
                        "keyledger.query.elasticsearch", "http://search:9201",
                        "keyledger.query.command-service", "https://command:8445",
                        "keyledger.query.readers", "3",
                        "keyledger.query.patience", "1s",
                        "keyledger.query.command-patience", "7s",
                        "keyledger.query.rebuild", "true",
                        "keyledger.query.activity-kept", "90d",
                        "keyledger.query.shared-hosts", "keys.example.com")))
                .isEqualTo(new QueryConfig(
                        URI.create("http://search:9201"),
                        URI.create("https://command:8445"),
                        3,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(7),
                        true,
                        Duration.ofDays(90),
                        Path.of("/etc/assertion.key"),
                        Set.of("keys.example.com")));
    }
}
