package io.keyledger.command.barrier;

import io.keyledger.command.ledger.KafkaAccess;
import io.keyledger.command.ledger.LedgerReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class BarrierConfiguration {
    /** How long an edge may go without a heartbeat before it refuses strict keys. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** How long an edge without a lease goes on accepting other keys, at the most. */
    private static final Duration GRACE = Duration.ofHours(4);

    @Bean
    Reports reports(ObjectProvider<BarrierListener> listeners) {
        return new Reports(listeners::orderedStream);
    }

    @Bean
    LiveBarrier barrier(@Value("${keyledger.instance}") String instance, LedgerReader ledger, Reports reports) {
        return new LiveBarrier(instance, LEASE, GRACE, Moment::now, Uptime::now, ledger::event, reports::report);
    }

    @Bean
    @Primary
    Barrier measuredBarrier(LiveBarrier barrier, MeterRegistry meters) {
        return new MeasuredBarrier(barrier, meters);
    }

    @Bean
    MeterBinder edgeMeters(LiveBarrier barrier) {
        return registry -> Gauge.builder("keyledger.edges.leased", barrier, LiveBarrier::leased)
                .description("Edges that may hold a lease")
                .register(registry);
    }

    @Bean
    EdgeTraffic edgeTraffic(
            @Value("${keyledger.instance}") String instance,
            KafkaAccess kafka,
            LiveBarrier barrier,
            DataSource dataSource,
            PlatformTransactionManager transactions,
            LedgerReader ledger,
            Reports reports) {
        return new EdgeTraffic(
                instance,
                kafka.client(),
                barrier,
                new EdgeStore(dataSource, new TransactionTemplate(transactions)),
                ledger,
                reports);
    }
}
