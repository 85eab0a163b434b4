package io.keyledger.query.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevealed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySecretForgotten;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.query.keys.KeyJson.Used;
import io.keyledger.query.keys.KeyProjection.Circumstances;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.settings.RotationSchedule;
import io.keyledger.requirements.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyProjectionTest {
    private static final KeyId KEY = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final CredentialId OLD = new CredentialId("0M9ODf6X0ft3");
    private static final CredentialId NEW = new CredentialId("7x0000000abc");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Used NEVER = new Used(0, 0, null, null);

    @Test
    void a_created_key_is_active_with_all_that_its_creator_said() {
        KeyRow row = fold(created(null));
        assertThat(row.status()).isEqualTo(Status.ACTIVE);
        assertThat(row.name()).isEqualTo("SIEM Integration");
        assertThat(row.createdAt()).isEqualTo(NOON);
        assertThat(row.createdBy()).isEqualTo("usr_alice");
        assertThat(row.credentials()).hasSize(1);
    }

    @Test
    void a_rotated_key_shows_both_credentials_until_the_grace_ends_and_then_one() {
        Instant graceEnds = NOON.plusSeconds(3600);
        KeyRow row = fold(created(null), new KeyRotated(KEY, "SIEM Integration", NEW, OLD, graceEnds));
        assertThat(json(row, graceEnds.minusMillis(1)).credentials())
                .extracting(c -> c.credentialId().value())
                .containsExactly(OLD.value(), NEW.value());
        assertThat(json(row, graceEnds).credentials())
                .extracting(c -> c.credentialId().value())
                .containsExactly(NEW.value());
        assertThat(row.secretSince()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void a_key_past_its_expiry_is_shown_expired_before_the_event_comes() {
        KeyRow row = fold(created(NOON.plusSeconds(60)));
        assertThat(KeyJson.status(row, NOON.plusSeconds(59))).isEqualTo(Status.ACTIVE);
        assertThat(KeyJson.status(row, NOON.plusSeconds(60))).isEqualTo(Status.EXPIRED);
    }

    @Test
    void a_revoked_key_shows_by_whom_and_why_and_since_when_no_edge_accepts_it() {
        KeyRow row = fold(
                created(null),
                new KeyRevoked(KEY, "SIEM Integration", List.of(OLD), RevocationReason.COMPROMISED, "in a repository"),
                new KeyEvent.RevocationConfirmed(KEY, "SIEM Integration", "cause", List.of()));
        KeyJson json = json(row, NOON.plusSeconds(10));
        assertThat(json.status()).isEqualTo("REVOKED");
        assertThat(json.revokedBy()).isEqualTo("usr_alice");
        assertThat(json.revokedReason()).isEqualTo("in a repository");
        assertThat(json.revokedReasonCode()).isEqualTo(RevocationReason.COMPROMISED);
        assertThat(json.revokedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(json.effectiveAt()).isEqualTo(NOON.plusSeconds(2));
        assertThat(json.rotationDueAt()).isNull();
    }

    @Test
    void a_deleted_key_keeps_why_it_was_revoked() {
        KeyRow row = fold(
                created(null),
                new KeyRevoked(KEY, "SIEM Integration", List.of(OLD), RevocationReason.OWNER_LEFT, "left"),
                new KeyDeleted(KEY, "SIEM Integration", List.of(OLD), "tidy"));
        assertThat(row.status()).isEqualTo(Status.DELETED);
        assertThat(row.ended()).isNotNull().extracting(KeyRow.Ended::reason).isEqualTo("left");
    }

    @Row("S2-13")
    @Test
    void a_key_is_recoverable_as_long_as_its_present_secret_is_kept() {
        KeyCreated plain = created(null);
        KeyCreated kept = new KeyCreated(
                plain.keyId(),
                plain.keyName(),
                plain.description(),
                plain.kind(),
                plain.scope(),
                plain.owner(),
                plain.credentialId(),
                plain.strict(),
                null,
                true);
        KeyRevealed shown = new KeyRevealed(KEY, "SIEM Integration", OLD, "lost");
        assertThat(fold(plain).recoverable()).isFalse();
        assertThat(fold(kept, shown).recoverable()).isTrue();
        // Being shown is no change of the key.
        assertThat(fold(kept, shown).updatedAt()).isEqualTo(NOON);
        assertThat(fold(kept, new KeyRotated(KEY, "SIEM Integration", NEW, OLD, NOON, true))
                        .recoverable())
                .isTrue();
        assertThat(fold(kept, new KeyRotated(KEY, "SIEM Integration", NEW, OLD, NOON))
                        .recoverable())
                .isFalse();
        assertThat(fold(kept, new KeySecretForgotten(KEY, "SIEM Integration", List.of(OLD), null))
                        .recoverable())
                .isFalse();
        assertThat(fold(
                                kept,
                                new KeyRevoked(
                                        KEY, "SIEM Integration", List.of(OLD), RevocationReason.OWNER_LEFT, "left"))
                        .recoverable())
                .isFalse();
    }

    @Test
    void a_resumed_key_shows_nothing_of_its_suspension() {
        KeyRow row = fold(
                created(null),
                new KeySuspended(KEY, "SIEM Integration", List.of(OLD), "odd"),
                new KeyResumed(KEY, "SIEM Integration", List.of(OLD), null));
        assertThat(row.status()).isEqualTo(Status.ACTIVE);
        assertThat(row.suspended()).isNull();
    }

    @Row("S5-29")
    @Test
    void a_key_has_the_usage_policy_of_its_last_event_that_says_one() {
        UsagePolicy office = new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);
        KeyCreated plain = created(null);
        KeyCreated restricted = new KeyCreated(
                plain.keyId(),
                plain.keyName(),
                plain.description(),
                plain.kind(),
                plain.scope(),
                plain.owner(),
                plain.credentialId(),
                plain.strict(),
                null,
                null,
                office);
        assertThat(fold(plain).policy()).isNull();
        assertThat(json(fold(plain), NOON).restrictedBy()).isEmpty();
        KeyRow row = fold(restricted, new KeyRotated(KEY, "SIEM Integration", NEW, OLD, NOON));
        assertThat(row.policy()).isEqualTo(office);
        assertThat(json(row, NOON).policy()).isEqualTo(office);
        assertThat(json(row, NOON).restrictedBy()).containsExactly("addresses");
        // In a list it is only said that there is one.
        assertThat(json(row, NOON).brief().policy()).isNull();
        assertThat(json(row, NOON).brief().restrictedBy()).containsExactly("addresses");
        KeyUpdated taken = new KeyUpdated(KEY, "SIEM", null, Scope.READ_ONLY, false, List.of("policy"), null);
        assertThat(fold(restricted, taken).policy()).isNull();
        KeyUpdated none =
                new KeyUpdated(KEY, "SIEM", null, Scope.READ_ONLY, false, List.of("policy"), UsagePolicy.NONE);
        assertThat(fold(restricted, none).policy()).isNull();
    }

    @Test
    void last_update_moves_on_an_edit() {
        KeyRow row = fold(created(null), new KeyUpdated(KEY, "HR", null, Scope.ADMIN, true, List.of("keyName")));
        assertThat(row.updatedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(row.name()).isEqualTo("HR");
        assertThat(row.scope()).isEqualTo(Scope.ADMIN);
    }

    @Test
    void an_event_of_a_key_that_nobody_created_is_not_folded() {
        assertThatThrownBy(() -> KeyProjection.project(
                        null,
                        new KeySuspended(KEY, "x", List.of(), null),
                        new Circumstances("t_acme", 2, NOON, "usr_alice")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(KEY.value());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_interleaving_of_one_log_ends_in_the_same_rows(long seed) {
        List<LoggedEvent> log = Log.random(seed, 40);
        Map<String, KeyRow> rows = foldAll(log);
        assertThat(rows).hasSize(40);
        for (long other = 100; other < 110; other++) {
            assertThat(foldAll(Log.interleaved(log, other)))
                    .as("seed %d, interleaving %d", seed, other)
                    .isEqualTo(rows);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void nothing_makes_an_ended_key_live_again(long seed) {
        Map<String, Status> ended = new HashMap<>();
        Map<String, KeyRow> rows = new HashMap<>();
        for (LoggedEvent event : Log.random(seed, 60)) {
            step(rows, event);
            rows.forEach((id, row) -> {
                if (row.ended() != null) {
                    ended.putIfAbsent(id, row.status());
                }
            });
            ended.keySet()
                    .forEach(id -> assertThat(rows.get(id))
                            .isNotNull()
                            .extracting(KeyRow::ended)
                            .isNotNull());
        }
        assertThat(ended).isNotEmpty();
    }

    private static Map<String, KeyRow> foldAll(List<LoggedEvent> log) {
        Map<String, KeyRow> rows = new HashMap<>();
        log.forEach(event -> step(rows, event));
        return rows;
    }

    private static void step(Map<String, KeyRow> rows, LoggedEvent event) {
        if (event.data() instanceof KeyEvent e) {
            rows.compute(
                    e.keyId().value(),
                    (id, before) -> KeyProjection.project(
                            before,
                            e,
                            new Circumstances(event.tenant(), event.sequence(), event.time(), event.actor())));
        }
    }

    private static KeyCreated created(@Nullable Instant expiresAt) {
        return new KeyCreated(
                KEY,
                "SIEM Integration",
                "reads the audit",
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId("usr_alice"),
                OLD,
                false,
                expiresAt);
    }

    private static KeyRow fold(KeyEvent... events) {
        KeyRow row = null;
        for (int i = 0; i < events.length; i++) {
            row = KeyProjection.project(
                    row, events[i], new Circumstances("t_acme", i + 1, NOON.plusSeconds(i), "usr_alice"));
        }
        if (row == null) {
            throw new AssertionError("no events");
        }
        return row;
    }

    private static KeyJson json(KeyRow row, Instant now) {
        return KeyJson.of(row, NEVER, RotationSchedule.DEFAULT, now);
    }
}
