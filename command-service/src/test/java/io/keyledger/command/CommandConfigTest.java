package io.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.policy.Preset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class CommandConfigTest {

    private static CommandConfig bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("keyledger.command", CommandConfig.class);
    }

    @Test
    void the_defaults_are_these() {
        assertThat(bind(Map.of()))
                .isEqualTo(new CommandConfig(
                        24,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(100),
                        65536,
                        Preset.DESCRIPTIVE,
                        Duration.ofHours(24),
                        Duration.ofDays(30),
                        Duration.ofDays(400),
                        null,
                        null));
    }

    @Test
    void every_setting_can_be_set() {
        assertThat(bind(Map.ofEntries(
                        Map.entry("keyledger.command.in-flight", "8"),
                        Map.entry("keyledger.command.queue-for", "1s"),
                        Map.entry("keyledger.command.patience", "3s"),
                        Map.entry("keyledger.command.expiry-poll", "50ms"),
                        Map.entry("keyledger.command.max-body", "1024"),
                        Map.entry("keyledger.command.preset", "hub-s3"),
                        Map.entry("keyledger.command.bootstrap-life", "1h"),
                        Map.entry("keyledger.command.idempotency-kept", "1d"),
                        Map.entry("keyledger.command.sign-ins-kept", "90d"),
                        Map.entry("keyledger.command.assertion-public-key", "/keys/assertion.pub"),
                        Map.entry("keyledger.command.vault-keys", "/keys/vault.json"))))
                .isEqualTo(new CommandConfig(
                        8,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(50),
                        1024,
                        Preset.HUB_S3,
                        Duration.ofHours(1),
                        Duration.ofDays(1),
                        Duration.ofDays(90),
                        Path.of("/keys/assertion.pub"),
                        Path.of("/keys/vault.json")));
    }
}
