package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class PublisherSettingsTest {
    /** More than one, and a partition that knows nothing of the producer may take the second batch and refuse the first. */
    @Test
    void one_request_is_in_flight_at_a_time() {
        assertThat(Publisher.producerSettings(Map.of()))
                .containsEntry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    }
}
