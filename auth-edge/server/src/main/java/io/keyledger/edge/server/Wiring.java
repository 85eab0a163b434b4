package io.keyledger.edge.server;

import io.keyledger.edge.core.EdgeSettings;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.edge.core.countries.CountriesFile;
import io.keyledger.edge.core.limits.LimitSettings;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.events.CommandPosition;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Standing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the process is made of. */
@Configuration(proxyBeanMethods = false)
class Wiring {
    private static final int MAX_USE_SEGMENT = 4 << 20;
    /** For which a question waits for the position that it names. Within the patience of the gateways that we describe. */
    private static final Duration MIN_POSITION_PATIENCE = Duration.ofMillis(1500);

    /** Closed with the process: it is one thread that looks at a file. */
    @Bean
    Countries countries(EdgeConfig config) {
        @Nullable Path file = config.edge().countriesFile();
        return file == null ? Countries.UNKNOWN : CountriesFile.open(file);
    }

    @Bean(destroyMethod = "close")
    EmbeddedEdge edge(EdgeConfig config, Countries countries) throws IOException {
        EdgeConfig.Kafka kafka = config.kafka();
        EdgeConfig.Edge edge = config.edge();
        @Nullable String version = EdgeServer.class.getPackage().getImplementationVersion();
        return EmbeddedEdge.start(new EdgeSettings(
                new SpoolSettings(
                        config.instance(),
                        edge.id(),
                        edge.data(),
                        edge.maxUses().toBytes(),
                        edge.maxRefusals().toBytes(),
                        MAX_USE_SEGMENT,
                        edge.audit().durability(),
                        edge.audit().whenFull()),
                new KafkaAccess(kafka.bootstrapServers(), kafka.username(), kafka.password(), kafka.ca()),
                Peppers.read(config.peppers()),
                edge.staleFor(),
                edge.flush(),
                version == null ? "development" : version,
                countries,
                new LimitSettings(edge.failuresPerMinute(), edge.maxLimits()),
                edge.snapshotEvery()));
    }

    @Bean
    Counters counters(MeterRegistry registry) {
        return new Counters(registry, Router.DECIDING);
    }

    @Bean
    Doors doors(EdgeConfig config, EmbeddedEdge edge, Counters counters) throws IOException {
        SslContext tls = Http2Handler.offered(SslContextBuilder.forServer(
                        config.tls().certificate().toFile(),
                        config.tls().privateKey().toFile()))
                .trustManager(config.tls().ca().toFile())
                .clientAuth(ClientAuth.OPTIONAL)
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
        EdgeConfig.Edge door = config.edge();
        AddressRanges proxies = new AddressRanges(door.trustedProxies());
        AuthorizeDoor authorize = new AuthorizeDoor(edge::decide, new Routes(door.routes()), proxies, counters);
        return new Doors(
                new InetSocketAddress(door.address(), door.port()),
                draining -> new Connection.Setup(
                        tls,
                        edge::decide,
                        new Router(authorize, new Judge(edge::decide, edge::viewAgeMillis, progress(edge), counters)),
                        new Grpc(new ExtAuthzDoor(authorize), () -> edge.standing() == Standing.LIVE),
                        proxies,
                        new AddressRanges(door.trustedCallers()),
                        door.requestTimeout(),
                        door.idleTimeout(),
                        draining,
                        edge::unforced),
                door.localPort() == 0 ? null : new Doors.Local(door.localPort(), new Router(authorize)));
    }

    private static Progress progress(EmbeddedEdge edge) {
        return new Progress() {
            @Override
            public boolean reached(CommandPosition position) {
                return edge.reached(position);
            }

            @Override
            public CompletionStage<?> reach(CommandPosition position) {
                return edge.reach(position, MIN_POSITION_PATIENCE);
            }
        };
    }

    /** Ready = caught up, and trusted by command-service at this moment. */
    @Bean("edgeHealthIndicator")
    HealthIndicator edgeHealth(EmbeddedEdge edge, Countries countries) {
        return () -> {
            Standing standing = edge.standing();
            Health.Builder health = standing == Standing.LIVE ? Health.up() : Health.outOfService();
            health.withDetail("standing", standing.name().toLowerCase(Locale.ROOT))
                    .withDetail("viewAgeMillis", edge.viewAgeMillis())
                    .withDetail("credentials", edge.credentials());
            @Nullable String trouble = edge.trouble();
            if (trouble == null && countries instanceof CountriesFile file) {
                trouble = file.trouble();
            }
            return (trouble == null ? health : health.withDetail("trouble", trouble)).build();
        };
    }

    @Bean
    Gauge viewAge(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder("keyledger.edge.view.age", edge, e -> e.viewAgeMillis() / 1000.0)
                .description("Upper bound of the view's age; negative before the first lease")
                .baseUnit("seconds")
                .register(registry);
    }

    @Bean
    Gauge credentials(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder("keyledger.edge.credentials", edge, EmbeddedEdge::credentials)
                .description("Credentials in the view")
                .register(registry);
    }

    @Bean
    Gauge lease(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder("keyledger.edge.lease", edge, e -> e.standing() == Standing.LIVE ? 1 : 0)
                .description("1 while the edge holds a lease")
                .register(registry);
    }

    @Bean
    Gauge spoolBytes(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder("keyledger.edge.spool", edge, e -> e.spool().heldBytes())
                .description("Disk held by uses that Kafka does not have")
                .baseUnit("bytes")
                .register(registry);
    }

    @Bean
    Gauge limitCounters(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder("keyledger.edge.limits", edge, e -> e.limits().size())
                .description("Counters of rates and quotas in memory")
                .register(registry);
    }

    @Bean
    Gauge limitsTurnedAway(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder(
                        "keyledger.edge.limits.turned.away",
                        edge,
                        e -> e.limits().turnedAway())
                .description("Requests of limited keys, and counts of other edges, that found no room for a counter")
                .register(registry);
    }

    @Bean
    Gauge lost(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder("keyledger.edge.uses.lost", edge, e -> e.spool().lost())
                .description("Uses that passed without being written down, since the data folder was made")
                .register(registry);
    }

    @Bean
    Gauge uncounted(MeterRegistry registry, EmbeddedEdge edge) {
        return Gauge.builder(
                        "keyledger.edge.refusals.uncounted",
                        edge,
                        e -> e.spool().uncounted())
                .description("Refusals that are not in the audit for want of room")
                .register(registry);
    }
}
