package io.keyledger.command.ledger;

import io.keyledger.command.eventstore.CommitSignal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import javax.sql.DataSource;
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
@EnableConfigurationProperties(KafkaAccess.class)
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
