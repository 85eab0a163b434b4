package io.keyledger.bench;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.CreateKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.key.Secrets;
import io.keyledger.command.key.Secrets.NewSecret;
import io.keyledger.command.revocation.RevokeKey;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.TenantId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.eventhandling.GenericEventMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes the keys of a {@link Population} by command-service's own commands, in a JVM that has its libraries, at the times when
 * the population says: whatever a command writes is there afterwards, in the event store and beside it. The platform's own
 * command-service seals and publishes it.
 */
final class FillKeys {
    private final Commands commands;
    private final Secrets secrets;
    private final Past clock;
    private final Population population;
    private final BufferedWriter list;
    private final AtomicInteger done = new AtomicInteger();
    private final long began = System.nanoTime();

    private FillKeys(ConfigurableApplicationContext context, Past clock, Population population, BufferedWriter list) {
        this.commands = context.getBean(Commands.class);
        this.secrets = context.getBean(Secrets.class);
        this.clock = clock;
        this.population = population;
        this.list = list;
    }

    public static void main(String[] arguments) throws Exception {
        // As the service's own main does.
        System.setProperty("axoniq.update-checker.disabled", "true");
        Properties settings = new Properties();
        settings.load(System.in);
        Past clock = new Past();
        int keys = Integer.parseInt(settings.getProperty("keys"));
        try (ConfigurableApplicationContext context = CommandLevel.start(settings, beans -> {
                    ((BeanDefinitionRegistry) beans).removeBeanDefinition("clock");
                    beans.registerSingleton("clock", clock);
                    GenericEventMessage.clock = clock;
                });
                BufferedWriter list = Files.newBufferedWriter(Path.of(settings.getProperty("list")))) {
            list.write(context.getEnvironment().getRequiredProperty("keyledger.instance"));
            list.newLine();
            FillKeys fill = new FillKeys(
                    context, clock, new Population(keys, Instant.parse(settings.getProperty("until"))), list);
            Load.run(keys, Collections.nCopies(Integer.parseInt(settings.getProperty("in-flight")), fill::live));
        }
        System.exit(0);
    }

    /** All of one key's life. */
    private void live(int number) throws IOException {
        Population.Life life = population.life(number);
        NewSecret secret = secrets.make("kl", KeyKind.KEY);
        CredentialId credential = secret.key().credentialId();
        clock.set(life.created());
        CreateKey create = new CreateKey(
                Ids.newKeyId(life.created()),
                life.name(),
                null,
                KeyKind.KEY,
                life.scope(),
                new OwnerId(life.owner()),
                life.lifetime(),
                secret.verifier());
        Instant end = Instant.parse(String.valueOf(commands.send(create, origin(), FillKeys::result)
                .result()
                .body()
                .get("expiresAt")));
        Instant revoked = life.revoked();
        // What has expired by now, the platform's own command-service ends, as soon as it is there.
        if (revoked != null && end.isAfter(population.until())) {
            clock.set(revoked);
            commands.send(
                    new RevokeKey(create.keyId(), RevocationReason.DECOMMISSIONED, "no longer needed"),
                    origin(),
                    FillKeys::result);
            end = revoked;
        }
        write(create, credential, life.created(), end);
        progress();
    }

    private synchronized void write(CreateKey key, CredentialId credential, Instant from, Instant end)
            throws IOException {
        list.write(String.join(
                "\t",
                key.keyId().value(),
                credential.value(),
                key.name(),
                key.scope().name(),
                Long.toString(from.getEpochSecond()),
                Long.toString(end.getEpochSecond())));
        list.newLine();
    }

    private void progress() {
        int now = done.incrementAndGet();
        if (now % 20_000 == 0) {
            System.err.printf(
                    Locale.ROOT,
                    "keys: %,d of %,d, %,.0f a second%n",
                    now,
                    population.keys(),
                    now / ((System.nanoTime() - began) / 1e9));
        }
    }

    private static Origin origin() {
        return new Origin(
                TenantId.DEFAULT, Actor.apiKey(Ids.newCredentialId()), "req_" + Ids.ulid(Instant.now()), null);
    }

    private static Result result(Done<ApiKey> done) {
        return new Result(200, KeyBody.of(done.state()), Result.Await.NOTHING, done.eventId(), false);
    }

    /** Each thread's own moment, as it sets it; the real time where none was set. */
    private static final class Past extends Clock {
        private static final ThreadLocal<@Nullable Instant> MOMENT = new ThreadLocal<>();

        void set(Instant now) {
            MOMENT.set(now);
        }

        @Override
        public Instant instant() {
            Instant set = MOMENT.get();
            return RecordJson.micros(set == null ? Instant.now() : set);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
