package io.keyledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.OwnerId;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.UserEvent;
import io.keyledger.events.view.CredentialState;
import io.keyledger.query.history.Explanation.Fact;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationTest {
    private final Map<String, LoggedEvent> byId = new HashMap<>();

    private Explanation explain(World world, LoggedEvent event) {
        return switch (event.data()) {
            case KeyUsed e ->
                explain(world, event.time(), e.credentialId(), e.permission(), e.method(), e.path(), e.ip());
            case AuthFailed e ->
                explain(
                        world,
                        event.time(),
                        Objects.requireNonNull(e.credentialId()),
                        e.permission(),
                        e.method(),
                        e.path(),
                        e.ip());
            case null, default -> throw new AssertionError("no decision");
        };
    }

    private Explanation explain(
            World world,
            Instant at,
            CredentialId id,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip) {
        List<LoggedEvent> lives =
                world.events.stream().filter(e -> e.data() instanceof KeyEvent).toList();
        for (var keyId : world.keys) {
            Course<KeyState> key = Courses.key(
                    lives.stream().filter(e -> keyId.value().equals(e.keyId())).toList());
            KeyState state = key.at(at);
            CredentialState credential = state == null ? null : state.credential(id);
            if (credential != null) {
                return Explanation.of(
                        key,
                        Courses.tenant(Stream.concat(
                                        world.events.stream().filter(e -> e.data() instanceof TenantCreated),
                                        world.events.stream().filter(e -> e.data() instanceof SettingsChanged))
                                .toList()),
                        Courses.person(person(world, credential.owner())),
                        credential,
                        at,
                        new Ask(Countries.UNKNOWN).set(permission, method, path, ip));
            }
        }
        throw new AssertionError("no such credential");
    }

    private static List<LoggedEvent> person(World world, OwnerId owner) {
        return world.events.stream()
                .filter(e -> e.data() instanceof UserEvent u && u.userId().equals(owner))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void every_recorded_decision_is_explained_by_its_code_and_by_one_fact_that_somebody_set(long seed) {
        World world = new World(seed, Duration.ZERO).run(900);
        world.events.forEach(e -> byId.put(e.id().toString(), e));
        Map<String, Integer> codes = new TreeMap<>();
        for (LoggedEvent event : world.events) {
            String recorded = event.data() instanceof KeyUsed
                    ? "accepted"
                    : event.data() instanceof AuthFailed f ? f.reason() : null;
            if (recorded == null) {
                continue;
            }
            Explanation explanation = explain(world, event);
            codes.merge(recorded, 1, Integer::sum);
            assertThat(explanation.code()).isEqualTo(recorded);
            assertThat(explanation.allowed()).isEqualTo(recorded.equals("accepted"));
            List<Fact> decisive =
                    explanation.facts().stream().filter(Fact::decisive).toList();
            assertThat(decisive).as("%s", explanation).hasSize(1);
            Fact fact = decisive.getFirst();
            assertThat(fact.name()).isEqualTo(explanation.decidedBy());
            Cause cause = fact.setBy();
            if (cause != null) {
                LoggedEvent set = Objects.requireNonNull(byId.get(cause.eventId()));
                assertThat(set.time()).isBeforeOrEqualTo(event.time()).isEqualTo(cause.at());
                assertThat(set.actor()).isEqualTo(cause.by());
            }
        }
        // Else it would say little.
        assertThat(codes.keySet())
                .contains("accepted", "forbidden", "revoked", "suspended", "address-not-allowed", "disabled");
    }

    @Test
    void the_tenants_rule_for_personal_tokens_is_told_apart_from_the_keys_own() {
        World world = new World(21, Duration.ZERO).run(2_500);
        boolean ofTenant = false;
        boolean ofKey = false;
        for (LoggedEvent event : world.events) {
            if (event.data() instanceof AuthFailed f && f.reason().equals("address-not-allowed")) {
                Explanation e = explain(world, event);
                assertThat(e.decidedBy()).isIn("policy.addresses", "tokens.addresses");
                ofTenant |= "tokens.addresses".equals(e.decidedBy());
                ofKey |= "policy.addresses".equals(e.decidedBy());
                assertThat(e.facts())
                        .filteredOn(Fact::decisive)
                        .allSatisfy(x -> assertThat(x.setBy()).isNotNull());
            }
        }
        assertThat(ofTenant).isTrue();
        assertThat(ofKey).isTrue();
    }

    @Test
    void what_changed_between_two_moments_is_what_its_events_say() {
        World world = new World(22, Duration.ZERO).run(900);
        for (var keyId : world.keys) {
            Course<KeyState> key = Courses.key(world.events.stream()
                    .filter(e -> e.data() instanceof KeyEvent && keyId.value().equals(e.keyId()))
                    .toList());
            List<Course.Step<KeyState>> steps = key.steps();
            for (int i = 0; i < steps.size(); i++) {
                Instant from =
                        i == 0 ? World.START.minusSeconds(1) : steps.get(i - 1).since();
                Map<String, @Nullable Object> one =
                        Difference.between(key, from, steps.get(i).since());
                List<?> events = (List<?>) Objects.requireNonNull(one.get("events"));
                assertThat(events).hasSize(1);
                assertThat(((Map<?, ?>) events.getFirst()).get("eventId"))
                        .isEqualTo(steps.get(i).cause().eventId());
                assertThat(((Map<?, ?>) events.getFirst()).get("changes")).isEqualTo(one.get("changes"));
            }
            Map<String, @Nullable Object> all = Difference.between(
                    key, World.START.minusSeconds(1), world.now().plusSeconds(1));
            assertThat((List<?>) Objects.requireNonNull(all.get("events"))).hasSameSizeAs(steps);
            Map<String, @Nullable Object> none =
                    Difference.between(key, steps.getLast().since(), world.now().plusSeconds(1));
            assertThat((List<?>) Objects.requireNonNull(none.get("events"))).isEmpty();
            assertThat((List<?>) Objects.requireNonNull(none.get("changes"))).isEmpty();
        }
    }
}
