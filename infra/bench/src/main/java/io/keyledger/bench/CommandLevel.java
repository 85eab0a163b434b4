package io.keyledger.bench;

import io.keyledger.command.CommandService;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.CreateKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.key.Lifetime;
import io.keyledger.command.key.Secrets;
import io.keyledger.command.key.Secrets.NewSecret;
import io.keyledger.command.revocation.RevokeKey;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.MethodMetadata;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The commands by themselves: command-service's own wiring in this JVM, with all that a command writes and with the sealer,
 * and without what carries a request to it or an event away from it: no HTTP, no TLS, no door, no Kafka, no edges. Runs with
 * the libraries of command-service, against the platform's PostgreSQL, in a database of its own. Reads its settings, which
 * hold passwords, from standard input.
 */
final class CommandLevel {
    /** Threads that reach for Kafka. The sealer runs, on a thread of ours. */
    private static final List<String> LEFT_OUT = List.of("edgeTraffic", "ledgerThreads");

    private static final String OURS = "io.keyledger.";

    private static final String SEALED = "keyledger.ledger.events";
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Commands commands;
    private final Secrets secrets;
    private final MeterRegistry meters;
    private final int operations;
    private final int inFlight;
    private long events;
    private long names;

    private CommandLevel(ConfigurableApplicationContext context, int operations, int inFlight) {
        this.commands = context.getBean(Commands.class);
        this.secrets = context.getBean(Secrets.class);
        this.meters = context.getBean(MeterRegistry.class);
        this.operations = operations;
        this.inFlight = inFlight;
    }

    public static void main(String[] arguments) throws Exception {
        // As the service's own main does.
        System.setProperty("axoniq.update-checker.disabled", "true");
        Properties settings = new Properties();
        settings.load(System.in);
        int rounds = number(settings, "rounds");
        int warmUp = number(settings, "warm-up");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        try (ConfigurableApplicationContext context = start(settings, beans -> {});
                RawInserts raw = new RawInserts(
                        settings.getProperty("postgres.url"),
                        settings.getProperty("postgres.user"),
                        settings.getProperty("postgres.password"),
                        number(settings, "in-flight"))) {
            Runnable sealer = context.getBean("sealer", Runnable.class);
            Thread sealing = Thread.ofPlatform().daemon().name("sealer").start(sealer);
            CommandLevel level =
                    new CommandLevel(context, number(settings, "operations"), number(settings, "in-flight"));
            // It looks for keys whose time has come, as always.
            var _ = context.getBean("dueKeys");
            level.awaitTenant();
            context.getBean(JdbcTemplate.class)
                    .update("update tenant set policy = policy || '{\"keys.maxPerOwner\":\"1000\"}'");
            Rounds all = level.rounds(raw, rounds, warmUp);
            out.println(all.table());
            if (!sealing.isAlive()) {
                throw new IllegalStateException("the sealer ended");
            }
        }
        System.exit(0);
    }

    private static int number(Properties settings, String name) {
        return Integer.parseInt(settings.getProperty(name));
    }

    /** @param change made to the service's beans before any of them is there */
    static ConfigurableApplicationContext start(Properties settings, Consumer<ConfigurableListableBeanFactory> change) {
        return new SpringApplicationBuilder(CommandService.class)
                .web(WebApplicationType.NONE)
                .initializers(context -> context.addBeanFactoryPostProcessor(beans -> {
                    leaveOut((BeanDefinitionRegistry) beans);
                    change.accept(beans);
                }))
                .run(
                        "--spring.config.additional-location=file:" + settings.getProperty("configuration"),
                        "--spring.datasource.url=" + settings.getProperty("database.url"),
                        "--logging.level.root=warn");
    }

    /** Of the service's own beans only those are made that a command needs: no door, no endpoint, no spool. */
    private static void leaveOut(BeanDefinitionRegistry beans) {
        LEFT_OUT.forEach(beans::removeBeanDefinition);
        for (String name : beans.getBeanDefinitionNames()) {
            BeanDefinition bean = beans.getBeanDefinition(name);
            MethodMetadata factory =
                    bean instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
            String from = factory == null ? bean.getBeanClassName() : factory.getDeclaringClassName();
            if (from != null && from.startsWith(OURS)) {
                bean.setLazyInit(true);
            }
        }
    }

    /** What the first start makes is sealed. */
    private void awaitTenant() {
        events = 1;
        awaitSealed();
    }

    private Rounds rounds(RawInserts raw, int rounds, int warmUp) {
        Rounds all = new Rounds(List.of(
                Rounds.YARDSTICK,
                "create, one owner",
                "revoke, one owner",
                "create, 1,000 owners",
                "revoke, 1,000 owners"));
        for (int round = -warmUp; round < rounds; round++) {
            Map<String, Load.Result> results = new LinkedHashMap<>();
            for (int block = 0; block < 3; block++) {
                switch (Math.floorMod(round + block, 3)) {
                    case 0 -> results.put(Rounds.YARDSTICK, raw.run(operations * 4));
                    case 1 -> keys(1, "one owner", results);
                    default -> keys(1_000, "1,000 owners", results);
                }
            }
            if (round >= 0) {
                all.add(results);
            }
            System.err.println("commands by themselves, " + Rounds.line(round, results));
        }
        return all;
    }

    private void keys(int owners, String title, Map<String, Load.Result> results) {
        KeyId[] made = new KeyId[operations];
        long first = names;
        names += operations;
        events += operations;
        results.put(
                "create, " + title,
                Load.run(operations, workers(i -> made[i] = create(owners, i, first + i)), this::awaitSealed));
        events += operations;
        results.put("revoke, " + title, Load.run(operations, workers(i -> revoke(made[i])), this::awaitSealed));
    }

    private List<Load.Worker> workers(Load.Worker worker) {
        List<Load.Worker> workers = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            workers.add(worker);
        }
        return workers;
    }

    private KeyId create(int owners, int number, long name) {
        NewSecret secret = secrets.make("kl", KeyKind.KEY);
        CreateKey command = new CreateKey(
                Ids.newKeyId(Instant.now()),
                "bench " + name,
                null,
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId(owners == 1 ? "usr_bench" : "usr_bench-" + number % owners),
                new Lifetime.Unsaid(),
                secret.verifier());
        commands.send(command, origin(secret.key().credentialId()), CommandLevel::result);
        return command.keyId();
    }

    private void revoke(KeyId key) {
        commands.send(
                new RevokeKey(key, RevocationReason.DECOMMISSIONED, "benchmark"),
                origin(Ids.newCredentialId()),
                CommandLevel::result);
    }

    private static Origin origin(CredentialId by) {
        return new Origin(TenantId.DEFAULT, Actor.apiKey(by), "req_" + Ids.ulid(Instant.now()), null);
    }

    private static Result result(Done<ApiKey> done) {
        Map<String, @Nullable Object> body = KeyBody.of(done.state());
        return new Result(200, body, Await.NOTHING, done.eventId(), false);
    }

    /** Until every event so far has its place in the ledger. */
    private void awaitSealed() {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (meters.get(SEALED).gauge().value() < events) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("not everything was sealed in time");
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
