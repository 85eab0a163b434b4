package io.keyledger.query.log;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.SettingsEvent;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantEvent;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** Random logs as sound writers make them: numbered and chained per source. One seed, one log. */
public final class Log {
    private static final Instant START = Instant.parse("2026-11-22T11:00:00Z");
    private static final TenantId TENANT = new TenantId("t_acme");
    private static final String INSTANCE = "inst-test";

    private final RandomGenerator random;
    private final Map<String, String> hashes = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private Instant now;

    private Log(long seed, Instant start) {
        this.now = start.truncatedTo(ChronoUnit.MILLIS);
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** A log of {@code keys} keys, each with its life and its uses, in the order in which it came to be. */
    public static List<LoggedEvent> random(long seed, int keys) {
        return random(seed, keys, 0);
    }

    /** As {@link #random(long, int)}, and the first key is also used {@code many} times, each time from elsewhere. */
    public static List<LoggedEvent> random(long seed, int keys, int many) {
        return random(seed, keys, many, START);
    }

    /** As {@link #random(long, int, int)}, beginning at {@code start}: for pages that show the last days. */
    public static List<LoggedEvent> random(long seed, int keys, int many, Instant start) {
        Log log = new Log(seed, start);
        List<List<Event>> lives = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            lives.add(log.life(i));
        }
        for (int i = 0; i < many; i++) {
            lives.getFirst().add(1, log.usedFromElsewhere(lives.getFirst().getFirst(), i));
        }
        List<Event> tenant = new ArrayList<>();
        tenant.add(new TenantCreated(TENANT, "Acme", "strict-s2"));
        for (int i = 0; i < 5; i++) {
            tenant.add(new SettingsChanged(
                    "keys",
                    List.of(new SettingChange(
                            "keys.maxPerOwner", i == 0 ? null : "1" + i, i == 4 ? null : "1" + (i + 1)))));
        }
        lives.add(tenant);
        List<LoggedEvent> events = new ArrayList<>();
        while (lives.stream().anyMatch(life -> !life.isEmpty())) {
            List<Event> life = lives.get(log.random.nextInt(lives.size()));
            if (!life.isEmpty()) {
                events.add(log.logged(life.removeFirst()));
            }
        }
        return events;
    }

    /** As {@code events}, with another order between topics and sources; each source stays in its own order. */
    public static List<LoggedEvent> interleaved(List<LoggedEvent> events, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Map<String, List<LoggedEvent>> sources = new HashMap<>();
        events.forEach(
                e -> sources.computeIfAbsent(e.source(), s -> new ArrayList<>()).add(e));
        List<List<LoggedEvent>> open = new ArrayList<>(sources.values());
        List<LoggedEvent> result = new ArrayList<>();
        while (!open.isEmpty()) {
            List<LoggedEvent> source = open.get(random.nextInt(open.size()));
            result.add(source.removeFirst());
            open.removeIf(List::isEmpty);
        }
        return result;
    }

    private List<Event> life(int number) {
        KeyId key = new KeyId("key_01JDA7T3Y9%016d".formatted(number));
        CredentialId first = credential();
        List<CredentialId> live = new ArrayList<>(List.of(first));
        String name = "key " + number;
        List<Event> life = new ArrayList<>();
        life.add(new KeyCreated(
                key,
                name,
                "number " + number,
                KeyKind.KEY,
                scope(),
                new OwnerId("usr_" + number % 3),
                first,
                false,
                null,
                null,
                policy(number)));
        int steps = random.nextInt(12);
        for (int i = 0; i < steps; i++) {
            CredentialId current = live.getLast();
            switch (random.nextInt(8)) {
                case 0 ->
                    life.add(new KeyUpdated(
                            key,
                            name + " " + i,
                            null,
                            scope(),
                            random.nextBoolean(),
                            List.of("policy", "scope"),
                            policy(number + i)));
                case 1 -> {
                    CredentialId next = credential();
                    life.add(new KeyRotated(key, name, next, current, START.plusSeconds(i * 60L)));
                    live.add(next);
                }
                case 2 -> {
                    if (live.size() > 1) {
                        life.add(new KeyCredentialExpired(key, name, live.removeFirst(), START.plusSeconds(i * 60L)));
                    }
                }
                case 3 -> {
                    life.add(new KeySuspended(key, name, List.copyOf(live), "looks odd"));
                    life.add(new KeyResumed(key, name, List.copyOf(live), null));
                }
                default -> life.add(random.nextInt(4) == 0 ? refused(key, current, name) : used(key, current, name));
            }
        }
        switch (random.nextInt(5)) {
            case 0 -> {
                life.add(new KeyRevoked(key, name, live, RevocationReason.COMPROMISED, "seen in a repository"));
                life.add(new RevocationConfirmed(
                        key, name, Ids.uuid7(START, random.nextLong(), random.nextLong()), List.of()));
            }
            case 1 -> life.add(new KeyExpired(key, name, live, START.plusSeconds(3600)));
            case 2 -> life.add(new KeyDeleted(key, name, live, null));
            default -> life.add(used(key, first, name));
        }
        return life;
    }

    /** Some have none, some conditions, some limits, some both. By the number alone, so that no other choice depends on it. */
    private static @Nullable UsagePolicy policy(int number) {
        List<Rate> rates = number % 3 == 0 ? List.of(new Rate(100 + number, 10, Of.OWNER)) : null;
        return switch (number % 4) {
            case 0 -> new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, rates, null);
            case 1 ->
                new UsagePolicy(
                        List.of("orders:read"),
                        List.of(new Route(List.of("GET"), "/orders/**")),
                        null,
                        null,
                        List.of(new Hours(List.of(Day.MONDAY), "08:00", "18:00", "Europe/Zurich")),
                        START,
                        rates,
                        List.of(new Quota(10_000, Period.DAY, "UTC", Of.KEY)));
            case 2 ->
                rates == null ? UsagePolicy.NONE : new UsagePolicy(null, null, null, null, null, null, rates, null);
            default -> null;
        };
    }

    private Event used(KeyId key, CredentialId credential, String name) {
        // Many at one instant: that is where an order of arrival could show.
        Instant at = START.plusSeconds(random.nextInt(3));
        return new KeyUsed(
                key,
                credential,
                name,
                Scope.READ_ONLY,
                "audit:read",
                "GET",
                "/api/v1/audit",
                "10.0.0." + random.nextInt(9),
                "curl",
                "edge-1",
                1 + random.nextInt(5),
                at,
                at);
    }

    private Event usedFromElsewhere(Event created, int i) {
        if (!(created instanceof KeyCreated key)) {
            throw new IllegalArgumentException("a life begins otherwise");
        }
        Instant at = START.plusSeconds(random.nextInt(1_000));
        return new KeyUsed(
                key.keyId(),
                key.credentialId(),
                key.keyName(),
                key.scope(),
                null,
                "GET",
                "/things/of-sort-" + Integer.toString(i, 26).replaceAll("[0-9]", "z") + "/" + i,
                "10.1.%d.%d".formatted(random.nextInt(3), random.nextInt(150)),
                random.nextBoolean() ? "curl" : null,
                "edge-1",
                1 + random.nextInt(5),
                at,
                at);
    }

    private Event refused(KeyId key, CredentialId credential, String name) {
        return new AuthFailed(
                "forbidden",
                key,
                credential,
                name,
                null,
                "keys:write",
                "POST",
                "/api/v1/keys",
                "10.0.0.1",
                "curl",
                "edge-1",
                1 + random.nextInt(5),
                START,
                START);
    }

    private CredentialId credential() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < CredentialId.LENGTH; i++) {
            id.append((char) ('a' + random.nextInt(26)));
        }
        return new CredentialId(id.toString());
    }

    private Scope scope() {
        List<Scope> scopes = List.of(Scope.values());
        return scopes.get(random.nextInt(scopes.size()));
    }

    private LoggedEvent logged(Event event) {
        now = now.plusMillis(random.nextInt(3));
        if (event instanceof KeyEvent e) {
            return logged(Topics.LIFECYCLE, Sources.key(INSTANCE, e.keyId()), "key/" + e.keyId(), event);
        }
        if (event instanceof SettingsEvent) {
            return logged(Topics.LIFECYCLE, Sources.settings(INSTANCE, TENANT), "settings/keys", event);
        }
        if (event instanceof TenantEvent) {
            return logged(Topics.LIFECYCLE, Sources.tenant(INSTANCE, TENANT), "tenant/" + TENANT, event);
        }
        String source =
                Sources.edge(INSTANCE, "edge-1", "01jda7t3y9w8q6v5n4m3k2h1g0", Integer.toString(random.nextInt(4)));
        return logged(Topics.ACTIVITY, source, "edge/edge-1", event);
    }

    private LoggedEvent logged(String topic, String source, String subject, Event event) {
        long sequence = sequences.merge(source, 1L, Long::sum);
        byte[] bytes = new CloudEvent(
                        Ids.uuid7(now, random.nextLong(), random.nextLong()),
                        source,
                        sequence,
                        hashes.getOrDefault(source, CloudEvent.GENESIS),
                        now,
                        now,
                        TENANT,
                        subject,
                        source,
                        Actor.SYSTEM,
                        null,
                        event)
                .bytes();
        hashes.put(source, CloudEvent.hash(bytes));
        int partition = Math.floorMod(source.hashCode(), 6);
        long offset = offsets.merge(topic + partition, 1L, Long::sum) - 1;
        return LoggedEvent.read(topic, partition, offset, bytes);
    }
}
