package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

class VersionsTest {
    @Test
    void the_broker_is_of_the_version_of_the_clients() {
        Path jar = Home.find().kafkaJars().resolve("kafka_2.13-" + AppInfoParser.getVersion() + ".jar");
        assertThat(Files.exists(jar)).as(jar.toString()).isTrue();
    }
}
