package io.keyledger.query.history;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Route;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleGranted;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.events.view.ViewFold;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Judgement;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A tenant with people, keys and settings that change, and an edge that decides about requests by what it has heard of, which
 * is up to so long behind. All that happens is an event, as the platform writes them.
 */
final class World {
    static final TenantId TENANT = new TenantId("t_acme");
    static final Instant START = Instant.parse("2026-11-22T08:50:00Z");

    private static final String INSTANCE = "inst-01";
    private static final String NO_VERIFIER = "A".repeat(43);

    final List<LoggedEvent> events = new ArrayList<>();
    final List<KeyId> keys = new ArrayList<>();
    /** How many requests were decided. */
    long requests;

    private final Random random;
    private final long maxLagMillis;
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, String> hashes = new HashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final Map<KeyId, Live> live = new HashMap<>();
    private final NavigableMap<Instant, PrincipalRecord> tenant = new TreeMap<>();
    private final Map<OwnerId, NavigableMap<Instant, PrincipalRecord>> people = new HashMap<>();
    private Instant now = START;
    private Actor actor = Actor.SYSTEM;

    private static final class Live {
        final NavigableMap<Instant, List<CredentialState>> states = new TreeMap<>();
        final OwnerId owner;
        final String name;
        boolean ended;
        boolean suspended;

        Live(OwnerId owner, String name) {
            this.owner = owner;
            this.name = name;
        }

        List<CredentialId> credentials() {
            return last(states).stream().map(CredentialState::credentialId).toList();
        }
    }

    World(long seed, Duration maxLag) {
        this.random = new Random(seed);
        this.maxLagMillis = maxLag.toMillis();
        happen(new TenantCreated(TENANT, "Acme", "descriptive"));
        for (int i = 0; i < 3; i++) {
            happen(new UserCreated(new OwnerId("usr_" + i), "local", List.of("developer"), null));
        }
    }

    /** So many things happen. */
    World run(int steps) {
        for (int i = 0; i < steps; i++) {
            now = now.plusMillis(1 + random.nextInt(900));
            actor = Actor.user(new OwnerId("usr_" + random.nextInt(3)));
            int what = random.nextInt(100);
            if (what < 8 || keys.isEmpty()) {
                create();
            } else if (what < 12) {
                setting();
            } else if (what < 15) {
                person();
            } else if (what < 32) {
                change(keys.get(random.nextInt(keys.size())));
            } else {
                KeyId key = keys.get(random.nextInt(keys.size()));
                use(key, live(key));
            }
        }
        return this;
    }

    /** Time passes. */
    World wait(Duration time) {
        now = now.plus(time);
        return this;
    }

    Instant now() {
        return now;
    }

    private Live live(KeyId key) {
        Live found = live.get(key);
        if (found == null) {
            throw new AssertionError("no such key");
        }
        return found;
    }

    private void create() {
        KeyId key = new KeyId("key_01JDA7T3Y9%016d".formatted(keys.size()));
        OwnerId owner = new OwnerId(random.nextInt(4) == 0 ? "svc_ci" : "usr_" + random.nextInt(3));
        Live made = new Live(owner, "key " + keys.size());
        keys.add(key);
        live.put(key, made);
        boolean personal = owner.value().startsWith("usr_") && random.nextInt(3) == 0;
        happen(new KeyCreated(
                key,
                made.name,
                null,
                personal ? KeyKind.PERSONAL : KeyKind.KEY,
                scope(),
                owner,
                credential(),
                random.nextBoolean(),
                random.nextInt(3) == 0 ? now.plusSeconds(5 + random.nextInt(200)) : null,
                null,
                policy()));
    }

    private void setting() {
        happen(new SettingsChanged(
                "keys",
                List.of(
                        switch (random.nextInt(4)) {
                            case 0 -> new SettingChange("keys.enabled", null, Boolean.toString(random.nextInt(3) > 0));
                            case 1 ->
                                new SettingChange(
                                        "tokens.addresses", null, random.nextBoolean() ? "192.0.2.0/25" : null);
                            case 2 ->
                                new SettingChange(
                                        "keys.rotation.readOnly", null, "P%dD".formatted(1 + random.nextInt(90)));
                            default ->
                                new SettingChange("keys.hideRevoked", null, Boolean.toString(random.nextBoolean()));
                        })));
    }

    private void person() {
        OwnerId id = new OwnerId("usr_" + random.nextInt(3));
        happen(
                switch (random.nextInt(4)) {
                    case 0 -> new UserDisabled(id, null);
                    case 1 -> new RoleGranted(id, "key-admin");
                    case 2 -> new RoleWithdrawn(id, "key-admin");
                    default -> new UserEnabled(id);
                });
    }

    private void change(KeyId key) {
        Live of = live(key);
        if (of.ended) {
            if (random.nextInt(3) == 0) {
                happen(new KeyDeleted(key, of.name, of.credentials(), null));
            }
            return;
        }
        List<CredentialId> all = of.credentials();
        switch (random.nextInt(8)) {
            case 0 -> {
                happen(new KeyRevoked(key, of.name, all, RevocationReason.COMPROMISED, "seen"));
                of.ended = true;
            }
            case 1 -> {
                happen(
                        of.suspended
                                ? new KeyResumed(key, of.name, all, null)
                                : new KeySuspended(key, of.name, all, "odd"));
                of.suspended = !of.suspended;
            }
            case 2 ->
                happen(new KeyRotated(
                        key, of.name, credential(), all.getLast(), now.plusSeconds(random.nextInt(60)), null));
            case 3 -> {
                Instant end = last(of.states).getFirst().expiresAt();
                if (end != null && now.isAfter(end)) {
                    happen(new KeyExpired(key, of.name, all, end));
                    of.ended = true;
                }
            }
            default ->
                happen(new KeyUpdated(
                        key,
                        of.name,
                        "step " + random.nextInt(9),
                        scope(),
                        random.nextBoolean(),
                        List.of("description", "policy", "scope"),
                        policy()));
        }
    }

    private void use(KeyId key, Live of) {
        Instant heard = now.minusMillis(maxLagMillis == 0 ? 0 : random.nextLong(maxLagMillis));
        Map.Entry<Instant, List<CredentialState>> known = of.states.floorEntry(heard);
        List<CredentialId> all = of.credentials();
        CredentialId presented = all.get(random.nextInt(all.size()));
        CredentialState state = known == null
                ? null
                : known.getValue().stream()
                        .filter(c -> c.credentialId().equals(presented))
                        .findFirst()
                        .orElse(null);
        Map.Entry<Instant, PrincipalRecord> switched = tenant.floorEntry(heard);
        if (state == null || switched == null) {
            // The edge has not heard of it: it cannot say whose it is, and nothing about the key is recorded.
            return;
        }
        String permission =
                List.of("orders:read", "orders:write", "settings:write").get(random.nextInt(3));
        String method = random.nextBoolean() ? "GET" : "POST";
        String path = random.nextBoolean() ? "/orders/" + random.nextInt(5) : "/reports";
        String ip = random.nextBoolean() ? "192.0.2." + random.nextInt(250) : "203.0.113.9";
        Map.Entry<Instant, PrincipalRecord> owner =
                people.getOrDefault(of.owner, new TreeMap<>()).floorEntry(heard);
        Code code = Judgement.of(
                new Credential(state.with("none", NO_VERIFIER)),
                switched.getValue(),
                owner == null ? null : owner.getValue(),
                now,
                Standing.LIVE,
                new Ask(Countries.UNKNOWN).set(permission, method, path, ip));
        long count = 1L + random.nextInt(3);
        requests += count;
        happen(
                code == Code.ACCEPTED
                        ? new KeyUsed(
                                key,
                                presented,
                                of.name,
                                state.scope(),
                                permission,
                                method,
                                path,
                                ip,
                                "curl",
                                "edge-1",
                                count,
                                now,
                                now)
                        : new AuthFailed(
                                code.wire(),
                                key,
                                presented,
                                of.name,
                                null,
                                permission,
                                method,
                                path,
                                ip,
                                "curl",
                                "edge-1",
                                count,
                                now,
                                now));
    }

    private static <V> V last(NavigableMap<Instant, V> states) {
        return Objects.requireNonNull(states.lastEntry()).getValue();
    }

    private Scope scope() {
        List<Scope> scopes = List.of(Scope.values());
        return scopes.get(random.nextInt(scopes.size()));
    }

    private @Nullable UsagePolicy policy() {
        return switch (random.nextInt(6)) {
            case 0 -> new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);
            case 1 ->
                new UsagePolicy(
                        List.of("orders:*"),
                        List.of(new Route(List.of("GET"), "/orders/**")),
                        null,
                        null,
                        null,
                        now.plusSeconds(random.nextInt(20)),
                        null,
                        null);
            case 2 ->
                new UsagePolicy(
                        null,
                        null,
                        null,
                        null,
                        List.of(new Hours(List.of(Day.SUNDAY), "08:00", "08:55", "UTC")),
                        null,
                        null,
                        null);
            default -> null;
        };
    }

    private CredentialId credential() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < CredentialId.LENGTH; i++) {
            id.append((char) ('a' + random.nextInt(26)));
        }
        return new CredentialId(id.toString());
    }

    private void happen(Event event) {
        switch (event) {
            case KeyEvent e -> {
                String source = Sources.key(INSTANCE, e.keyId());
                log(Topics.LIFECYCLE, source, "key/" + e.keyId(), event);
                NavigableMap<Instant, List<CredentialState>> states = live(e.keyId()).states;
                List<CredentialState> before = states.isEmpty() ? List.of() : last(states);
                states.put(now, ViewFold.apply(before, e, TENANT, sequences.getOrDefault(source, 0L)));
            }
            case UserEvent e -> {
                log(Topics.LIFECYCLE, Sources.user(INSTANCE, e.userId()), "user/" + e.userId(), event);
                NavigableMap<Instant, PrincipalRecord> states =
                        people.computeIfAbsent(e.userId(), _ -> new TreeMap<>());
                PrincipalRecord before = states.isEmpty() ? null : last(states);
                PrincipalRecord after = ViewFold.apply(before, e, TENANT, events.size());
                if (after != null) {
                    states.put(now, after);
                }
            }
            case SettingsChanged e -> {
                log(Topics.LIFECYCLE, Sources.settings(INSTANCE, TENANT), "settings/keys", event);
                PrincipalRecord after = ViewFold.apply(last(tenant), e, TENANT, events.size());
                if (after != null) {
                    tenant.put(now, after);
                }
            }
            case TenantCreated e -> {
                log(Topics.LIFECYCLE, Sources.tenant(INSTANCE, TENANT), "tenant/" + TENANT, event);
                tenant.put(now, ViewFold.apply(e, events.size()));
            }
            default ->
                log(
                        Topics.ACTIVITY,
                        Sources.edge(
                                INSTANCE, "edge-1", "01jda7t3y9w8q6v5n4m3k2h1g0", Integer.toString(random.nextInt(4))),
                        "edge/edge-1",
                        event);
        }
    }

    private void log(String topic, String source, String subject, Event event) {
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
                        actor,
                        null,
                        event)
                .bytes();
        hashes.put(source, CloudEvent.hash(bytes));
        int partition = Math.floorMod(source.hashCode(), 6);
        long offset = offsets.merge(topic + partition, 1L, Long::sum) - 1;
        events.add(LoggedEvent.read(topic, partition, offset, bytes));
    }
}
