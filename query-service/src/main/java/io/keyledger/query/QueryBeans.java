package io.keyledger.query;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.events.Topics;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.audit.FullText;
import io.keyledger.query.audit.LogCursor;
import io.keyledger.query.audit.LogPages;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.checkpoint.Positions;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.CommandLink;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.forwarding.ForwardTable;
import io.keyledger.query.forwarding.Forwarder;
import io.keyledger.query.history.Courses;
import io.keyledger.query.history.Simulations;
import io.keyledger.query.history.UseReader;
import io.keyledger.query.hosts.HostFilter;
import io.keyledger.query.hosts.TenantHosts;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.keys.PastKeys;
import io.keyledger.query.log.LogReader;
import io.keyledger.query.readstore.ReadStore;
import io.keyledger.query.retention.ActivitySweep;
import io.keyledger.query.retention.OldActivity;
import io.keyledger.query.search.AuditSearch;
import io.keyledger.query.search.SearchIndex;
import io.keyledger.query.settings.SettingsQueries;
import io.keyledger.query.usage.UsageQueries;
import io.keyledger.query.web.DoorFilter;
import io.keyledger.query.web.Elsewhere;
import io.keyledger.query.web.Pages;
import io.keyledger.query.web.ProblemValve;
import io.keyledger.starter.KeyledgerProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.catalina.core.StandardHost;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
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
    LogReader readStoreReader(QueryConfig config, KeyledgerProperties platform, ReadStore store, MeterRegistry meters) {
        return new LogReader(
                "readstore",
                consumers(access(platform), "keyledger.query.readstore", 2_000, meters),
                AUDIT,
                store,
                meters,
                platform.edge().id(),
                config.readers(),
                false);
    }

    /** The schema is made when PostgreSQL is there, not when this service starts. */
    @Bean
    FlywayMigrationStrategy laterMigration() {
        return flyway -> {};
    }

    @Bean
    ReadStoreStart readStoreStart(Flyway flyway, ReadStore store, LogReader readStoreReader, QueryConfig config) {
        return new ReadStoreStart(flyway, store, readStoreReader, config.rebuild());
    }

    @Bean
    HealthIndicator readStoreHealthIndicator(ReadStoreStart start, LogReader readStoreReader) {
        return () -> {
            Health.Builder health =
                    start.done() && readStoreReader.everCaughtUp() ? Health.up() : Health.outOfService();
            return health.withDetail("stopped", readStoreReader.stopped().toString())
                    .build();
        };
    }

    @Bean
    MinPosition minPosition(ReadStore store, Positions positions, QueryConfig config) {
        return new MinPosition(
                partition -> store.position(new TopicPartition(Topics.LIFECYCLE, partition)),
                positions,
                config.patience());
    }

    @Bean
    KeyQueries keyQueries(JdbcTemplate jdbc, InstantSource clock) {
        return new KeyQueries(jdbc, clock);
    }

    @Bean
    PastKeys pastKeys(JdbcTemplate jdbc) {
        return new PastKeys(jdbc);
    }

    @Bean
    KeyLists keyLists(JdbcTemplate jdbc, InstantSource clock) {
        return new KeyLists(jdbc, clock);
    }

    @Bean
    SettingsQueries settingsQueries(JdbcTemplate jdbc) {
        return new SettingsQueries(jdbc);
    }

    @Bean
    EventQueries eventQueries(JdbcTemplate jdbc) {
        return new EventQueries(jdbc);
    }

    @Bean
    LogPages logPages(JdbcTemplate jdbc) {
        return new LogPages(jdbc, ReadStore.FOLD);
    }

    @Bean
    LogCursor logCursor(QueryConfig config) throws IOException {
        return new LogCursor(AssertionKeys.signing(config.assertionKey()));
    }

    @Bean
    UsageQueries usageQueries(JdbcTemplate jdbc) {
        return new UsageQueries(jdbc);
    }

    // The past.

    @Bean
    Courses courses(JdbcTemplate jdbc) {
        return new Courses(jdbc);
    }

    @Bean
    UseReader useReader(JdbcTemplate jdbc) {
        return new UseReader(jdbc);
    }

    @Bean
    Simulations simulations(InstantSource clock) {
        return new Simulations(clock);
    }

    // Search.

    @Bean
    ElasticsearchClient elasticsearch(QueryConfig config) {
        return new ElasticsearchClient(new Rest5ClientTransport(
                Rest5Client.builder(config.elasticsearch()).build(), new Jackson3JsonpMapper()));
    }

    @Bean
    SearchIndex searchIndex(ElasticsearchClient elasticsearch) {
        return new SearchIndex(elasticsearch);
    }

    @Bean
    ActivitySweep activitySweep(JdbcTemplate jdbc, SearchIndex searchIndex, QueryConfig config, InstantSource clock) {
        return new ActivitySweep(new OldActivity(jdbc), searchIndex, config.activityKept(), clock);
    }

    @Bean
    LogReader searchReader(KeyledgerProperties platform, SearchIndex searchIndex, MeterRegistry meters) {
        return new LogReader(
                "search",
                consumers(access(platform), "keyledger.query.search", 1_000, meters),
                AUDIT,
                searchIndex,
                meters,
                platform.edge().id(),
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
                config.commandService(), bundles.getBundle("keyledger").createSslContext(), config.commandPatience());
    }

    // The console's way to command-service.

    @Bean
    CommandLink commandLink(QueryConfig config, SslBundles bundles) {
        return new CommandLink(
                config.commandService(), bundles.getBundle("keyledger").createSslContext(), config.commandPatience());
    }

    @Bean
    CommandClient commandClient(QueryConfig config, CommandLink link, InstantSource clock) throws IOException {
        return new CommandClient(link, AssertionKeys.signing(config.assertionKey()), clock);
    }

    @Bean
    IdentityClient identityClient(CommandLink link) {
        return new IdentityClient(link);
    }

    @Bean
    Elsewhere elsewhere() {
        return ForwardTable::matches;
    }

    @Bean
    HealthIndicator edgeHealthIndicator(EmbeddedEdge edge) {
        return () -> {
            Health.Builder health = edge.ready() ? Health.up() : Health.outOfService();
            String trouble = edge.trouble();
            return trouble == null
                    ? health.build()
                    : health.withDetail("trouble", trouble).build();
        };
    }

    @Bean
    FilterRegistrationBean<DoorFilter> doorFilter(InstantSource clock, Pages pages) {
        FilterRegistrationBean<DoorFilter> registration = new FilterRegistrationBean<>(new DoorFilter(clock, pages));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    TenantHosts tenantHosts(JdbcTemplate jdbc, QueryConfig config) {
        return new TenantHosts(jdbc, config.sharedHosts());
    }

    @Bean
    FilterRegistrationBean<HostFilter> hostFilter(TenantHosts hosts, Pages pages) {
        FilterRegistrationBean<HostFilter> registration = new FilterRegistrationBean<>(new HostFilter(hosts, pages));
        // After the door, before sessions and keys are looked at.
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
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

    private static Map<String, Object> access(KeyledgerProperties platform) {
        KeyledgerProperties.Kafka kafka = platform.kafka();
        return new KafkaAccess(kafka.bootstrapServers(), kafka.username(), kafka.password(), kafka.ca()).client();
    }

    /** The readers of one group, as this service runs them. */
    static ConsumerFactory<byte[], byte[]> consumers(
            Map<String, Object> access, String group, int batch, MeterRegistry meters) {
        Map<String, Object> settings = new HashMap<>(access);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        // Where to read from is the store's word alone.
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        DefaultKafkaConsumerFactory<byte[], byte[]> consumers =
                new DefaultKafkaConsumerFactory<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumers.addListener(new MicrometerConsumerListener<>(meters));
        return consumers;
    }
}
