package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeapsTest {
    @Test
    void eachJvmHasItsOwnAndAllEdgesTheSame() {
        Heaps heaps = Heaps.of(Map.of("auth-edge", "1g", "kafka", "512M"));

        assertThat(heaps.flag("auth-edge-1")).isEqualTo("-Xmx1024m");
        assertThat(heaps.flag("auth-edge-2")).isEqualTo("-Xmx1024m");
        assertThat(heaps.flag("kafka")).isEqualTo("-Xmx512m");
        assertThat(heaps.flag("command-service")).isEqualTo("-Xmx256m");
    }

    @Test
    void anUnknownProcessIsToldWithThoseThereAre() {
        assertThatThrownBy(() -> Heaps.of(Map.of("postgresql", "1g")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("postgresql")
                .hasMessageContaining("elasticsearch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "512", "1t", "-1g", "0m", "127m", "65g", "999999g", "1 g", "1g;x"})
    void whatIsNoSizeIsToldWithItsBounds(String size) {
        assertThatThrownBy(() -> Heaps.of(Map.of("kafka", size)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("128m")
                .hasMessageContaining("64g");
    }
}
