package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

class ContainersTest {
    @Test
    void containers_and_embedded_servers_are_of_the_same_versions() {
        assertThat(System.getProperty("keyledger.version.postgresql")).isEqualTo(tag(Containers.POSTGRESQL) + ".0");
        assertThat(System.getProperty("keyledger.version.elasticsearch")).isEqualTo(tag(Containers.ELASTICSEARCH));
        // The embedded broker is of the version that is managed for the client.
        assertThat(AppInfoParser.getVersion()).isEqualTo(tag(Containers.KAFKA));
    }

    private static String tag(String image) {
        return image.substring(image.lastIndexOf(':') + 1);
    }
}
