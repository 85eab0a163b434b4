package io.keyledger.command.key;

import io.keyledger.command.key.KeyCommand.Bound;
import io.keyledger.command.key.KeyCommand.NewVerifier;
import io.keyledger.command.key.KeyCommand.Plain;
import io.keyledger.command.policy.Preset;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevealed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySecretForgotten;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.SettingsEvent.SettingChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the tests of decisions share: one key, its events, and how a decision is asked for. */
public final class Keys {
    public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    public static final KeyId KEY = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    public static final CredentialId FIRST = new CredentialId("0M9ODf6X0ft3");
    public static final CredentialId SECOND = new CredentialId("1M9ODf6X0ft3");
    public static final OwnerId ALICE = new OwnerId("usr_alice");
    public static final String NAME = "SIEM Integration";
    public static final TenantPolicy DEFAULTS = TenantPolicy.of(Preset.DESCRIPTIVE);
    public static final NewVerifier NEXT = new NewVerifier(SECOND, "p1", "dmVyaWZpZXI");

    private Keys() {}

    public static KeyCreated created() {
        return created(null);
    }

    public static KeyCreated created(@Nullable Instant expiresAt) {
        return new KeyCreated(
                KEY, NAME, "reads the audit", KeyKind.KEY, Scope.READ_ONLY, ALICE, FIRST, false, expiresAt);
    }

    public static KeyCreated created(KeyKind kind, Scope scope) {
        return new KeyCreated(
                KEY, NAME, "reads the audit", kind, scope, ALICE, FIRST, CreateKey.strict(kind, scope), null);
    }

    public static KeyRotated rotated(Instant graceEndsAt) {
        return new KeyRotated(KEY, NAME, SECOND, FIRST, graceEndsAt);
    }

    public static KeyRevoked revoked() {
        return new KeyRevoked(KEY, NAME, List.of(FIRST), RevocationReason.COMPROMISED, null);
    }

    public static KeySuspended suspended() {
        return new KeySuspended(KEY, NAME, List.of(FIRST), null);
    }

    public static KeyDeleted deleted() {
        return new KeyDeleted(KEY, NAME, List.of(FIRST), null);
    }

    public static KeyExpired expired() {
        return new KeyExpired(KEY, NAME, List.of(FIRST), NOON);
    }

    public static ApiKey after(KeyEvent... events) {
        return ApiKey.evolve(new ApiKey.Absent(), List.of(events));
    }

    /** The policy with one setting changed. */
    public static TenantPolicy with(Setting setting, @Nullable String value) {
        return DEFAULTS.with(List.of(new SettingChange(setting.wire(), null, value)));
    }

    /** The facts that follow when the command comes at noon. */
    public static List<KeyEvent> decide(KeyCommand command, ApiKey key, TenantPolicy policy) {
        return switch (command) {
            case Plain plain -> plain.decide(key, NOON);
            case Bound bound -> bound.decide(key, policy, NOON);
        };
    }

    public static List<KeyEvent> decide(KeyCommand command, ApiKey key) {
        return decide(command, key, DEFAULTS);
    }

    /** Why a decision says no; fails when it says yes. */
    public static Refusal refusal(Runnable decision) {
        try {
            decision.run();
        } catch (Refused e) {
            return e.refusal();
        }
        throw new AssertionError("was not refused");
    }

    /** Any events in any order, those that cannot follow included. */
    public static List<KeyEvent> randomLog(RandomGenerator random, int length) {
        List<KeyEvent> log = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Instant time = NOON.plus(Duration.ofMinutes(random.nextInt(-60, 60)));
            CredentialId a = random.nextBoolean() ? FIRST : SECOND;
            CredentialId b = random.nextBoolean() ? FIRST : SECOND;
            log.add(
                    switch (random.nextInt(13)) {
                        case 0 -> created(random.nextBoolean() ? null : time);
                        case 1 -> new KeyUpdated(KEY, NAME + i, null, Scope.ADMIN, true, List.of("name"));
                        case 2 -> new KeyRotated(KEY, NAME, a, b, time);
                        case 3 -> new KeyCredentialExpired(KEY, NAME, a, time);
                        case 4 -> revoked();
                        case 5 -> expired();
                        case 6 -> suspended();
                        case 7 -> new KeyResumed(KEY, NAME, List.of(a), null);
                        case 8 -> deleted();
                        case 9 -> new KeyRotated(KEY, NAME, a, b, time, true);
                        case 10 -> new KeyRevealed(KEY, NAME, a, "lost");
                        case 11 -> new KeySecretForgotten(KEY, NAME, List.of(a), null);
                        default ->
                            new RevocationConfirmed(
                                    KEY, NAME, "cause" + i, List.of(new EdgeConfirmation("e", "b", 1, List.of(1L))));
                    });
        }
        return log;
    }
}
