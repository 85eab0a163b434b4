package io.keyledger.command.ledger;

import io.keyledger.command.eventstore.CommitSignal;
import io.keyledger.command.eventstore.JsonbEventStorageEngine;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaAccess.class, ProofConfig.class})
class LedgerConfiguration {

    @Bean
    Publisher publisher(
            PlatformTransactionManager transactions,
            DataSource dataSource,
            KafkaAccess kafka,
            ObjectProvider<PublishListener> listeners) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        return new Publisher(
                new TransactionTemplate(transactions),
                dataSource,
                () -> new KafkaProducer<>(Publisher.producerSettings(kafka.client()), bytes, bytes),
                event -> listeners.orderedStream().forEach(listener -> listener.published(event)));
    }

    @Bean
    Sealer sealer(
            @Value("${keyledger.instance}") String instance,
            TokenStore tokens,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            CommitSignal commits,
            Publisher publisher) {
        return new Sealer(
                instance,
                Clock.systemUTC(),
                tokens,
                new TransactionTemplate(transactions),
                dataSource,
                commits,
                publisher::signal);
    }

    @Bean
    ViewRepair viewRepair(
            PlatformTransactionManager transactions, DataSource dataSource, KafkaAccess kafka, Publisher publisher) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        return new ViewRepair(
                new TransactionTemplate(transactions),
                dataSource,
                () -> new KafkaConsumer<>(ViewRepair.consumerSettings(kafka.client()), bytes, bytes),
                publisher,
                ViewRepair.MAX_SUSPECTS);
    }

    @Bean
    LedgerReader ledgerReader(DataSource dataSource) {
        return new LedgerReader(dataSource);
    }

    @Bean
    ProofKeys proofKeys(@Value("${keyledger.instance}") String instance, ProofConfig config) throws IOException {
        return ProofKeys.read(instance, config);
    }

    @Bean
    Checkpointer checkpointer(
            @Value("${keyledger.instance}") String instance,
            ProofKeys keys,
            ProofConfig config,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            KafkaAccess kafka) {
        return new Checkpointer(
                instance,
                keys.signers(),
                config,
                Clock.systemUTC(),
                new TransactionTemplate(transactions),
                dataSource,
                () -> {
                    Map<String, Object> settings = Publisher.producerSettings(kafka.client());
                    settings.put("client.id", "keyledger-checkpoints");
                    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                });
    }

    @Bean
    UsageSealer usageSealer(
            ProofConfig config,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            JsonbEventStorageEngine events,
            KafkaAccess kafka) {
        return new UsageSealer(
                Clock.systemUTC(),
                config.sealUsesAfter(),
                new TransactionTemplate(transactions),
                dataSource,
                events,
                () -> consumer(kafka, "keyledger-usage-sealer"));
    }

    @Bean
    ProofReader proofReader(
            @Value("${keyledger.instance}") String instance,
            ProofKeys keys,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            KafkaAccess kafka) {
        return new ProofReader(
                instance,
                keys.signers(),
                new TransactionTemplate(transactions),
                dataSource,
                () -> consumer(kafka, "keyledger-usage-proofs"));
    }

    private static Consumer<byte[], byte[]> consumer(KafkaAccess kafka, String name) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(UsageSealer.consumerSettings(kafka.client(), name), bytes, bytes);
    }

    @Bean
    ProofThreads proofThreads(Checkpointer checkpointer, UsageSealer uses) {
        return new ProofThreads(checkpointer, uses);
    }

    @Bean
    MeterBinder proofMeters(Checkpointer checkpointer) {
        return registry -> {
            Gauge.builder("keyledger.checkpoint.size", checkpointer, Checkpointer::signedSize)
                    .description("Events under the last signed checkpoint, as far as this process knows")
                    .register(registry);
            Gauge.builder("keyledger.checkpoint.refused", checkpointer, c -> c.refuses() ? 1 : 0)
                    .description("1 while the ledger is not a continuation of what was signed, and nothing is signed")
                    .register(registry);
        };
    }

    @Bean
    MeterBinder ledgerMeters(Sealer sealer, Publisher publisher, ViewRepair repair) {
        return registry -> {
            Gauge.builder("keyledger.ledger.events", sealer, Sealer::nextIndex)
                    .description("Events in the ledger, as far as this process knows")
                    .register(registry);
            Gauge.builder("keyledger.publish.lag", () -> Math.max(0, sealer.nextIndex() - publisher.acknowledged()))
                    .description("Events of the ledger that Kafka has not acknowledged")
                    .register(registry);
            FunctionCounter.builder("keyledger.view.repaired", repair, ViewRepair::repaired)
                    .description("View records that were sent again because an older one lay behind them")
                    .register(registry);
        };
    }

    @Bean
    LedgerThreads ledgerThreads(Sealer sealer, Publisher publisher, ViewRepair repair) {
        return new LedgerThreads(sealer, publisher, repair);
    }
}
