package io.keyledger.query;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import io.keyledger.events.Topics;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.audit.FullText;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.checkpoint.Positions;
import io.keyledger.query.forwarding.Forwarder;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.log.LogReader;
import io.keyledger.query.readstore.ReadStore;
import io.keyledger.query.search.AuditSearch;
import io.keyledger.query.search.SearchIndex;
import io.keyledger.query.usage.UsageQueries;
import io.keyledger.query.web.DoorFilter;
import io.keyledger.query.web.ProblemValve;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.catalina.core.StandardHost;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.transaction.PlatformTransactionManager;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
class QueryBeans {
    private static final List<String> AUDIT = List.of(Topics.LIFECYCLE, Topics.ACTIVITY);

    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }

    // The read store.

    @Bean
    Positions positions() {
        return new Positions();
    }

    @Bean
    ReadStore readStore(JdbcTemplate jdbc, PlatformTransactionManager transactions, Positions positions) {
        return new ReadStore(jdbc, transactions, positions::moved);
    }

    @Bean
    LogReader readStoreReader(QueryConfig config, ReadStore store, MeterRegistry meters) {
        return new LogReader(
                "readstore",
                consumers(config, "keyledger.query.readstore", 2_000, meters),
                AUDIT,
                store,
                meters,
                config.query().member(),
                config.query().readers(),
                false);
    }

    /** The schema is made when PostgreSQL is there, not when this service starts. */
    @Bean
    FlywayMigrationStrategy laterMigration() {
        return flyway -> {};
    }

    @Bean
    ReadStoreStart readStoreStart(Flyway flyway, ReadStore store, LogReader readStoreReader, QueryConfig config) {
        return new ReadStoreStart(flyway, store, readStoreReader, config.query().rebuild());
    }

    @Bean
    HealthIndicator readStoreHealth(ReadStoreStart start, LogReader readStoreReader) {
        return () -> {
            Health.Builder health = start.done() && readStoreReader.everCaughtUp() ? Health.up() : Health.outOfService();
            return health.withDetail("stopped", readStoreReader.stopped().toString())
                    .build();
        };
    }

    @Bean
    MinPosition minPosition(ReadStore store, Positions positions, QueryConfig config) {
        return new MinPosition(
                partition -> store.position(new TopicPartition(Topics.LIFECYCLE, partition)),
                positions,
                config.query().patience());
    }

    @Bean
    KeyQueries keyQueries(JdbcTemplate jdbc, InstantSource clock) {
        return new KeyQueries(jdbc, clock);
    }

    @Bean
    EventQueries eventQueries(JdbcTemplate jdbc) {
        return new EventQueries(jdbc);
    }

    @Bean
    UsageQueries usageQueries(JdbcTemplate jdbc) {
        return new UsageQueries(jdbc);
    }

    // Search.

    @Bean
    ElasticsearchClient elasticsearch(QueryConfig config) {
        return new ElasticsearchClient(new Rest5ClientTransport(
                Rest5Client.builder(config.query().elasticsearch()).build(), new Jackson3JsonpMapper()));
    }

    @Bean
    LogReader searchReader(QueryConfig config, ElasticsearchClient elasticsearch, MeterRegistry meters) {
        return new LogReader(
                "search",
                consumers(config, "keyledger.query.search", 1_000, meters),
                AUDIT,
                new SearchIndex(elasticsearch),
                meters,
                config.query().member(),
                1,
                true);
    }

    @Bean
    FullText fullText(ElasticsearchClient elasticsearch) {
        return new AuditSearch(elasticsearch);
    }

    // The public origin.

    @Bean
    Forwarder forwarder(QueryConfig config, SslBundles bundles) {
        return new Forwarder(
                config.query().commandService(),
                bundles.getBundle("keyledger").createSslContext(),
                config.query().commandPatience());
    }

    @Bean
    FilterRegistrationBean<DoorFilter> doorFilter(InstantSource clock) {
        FilterRegistrationBean<DoorFilter> registration = new FilterRegistrationBean<>(new DoorFilter(clock));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTomcat() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemValve.class.getName());
            }
        });
    }

    private static ConsumerFactory<byte[], byte[]> consumers(
            QueryConfig config, String group, int batch, MeterRegistry meters) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.kafka().bootstrapServers());
        settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SASL_SSL");
        settings.put(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-512");
        settings.put(
                SaslConfigs.SASL_JAAS_CONFIG,
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(quoted(config.kafka().username()), quoted(config.kafka().password())));
        settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
        settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, config.kafka().ca().toString());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        // Where to read from is the store's word alone.
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        DefaultKafkaConsumerFactory<byte[], byte[]> consumers = new DefaultKafkaConsumerFactory<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumers.addListener(new MicrometerConsumerListener<>(meters));
        return consumers;
    }

    private static String quoted(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
