package io.keyledger.command.ledger;

import io.keyledger.events.CredentialId;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A history of one key as the commands could make it. */
final class RandomKeyLog {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final List<Scope> SCOPES = List.of(Scope.READ_ONLY, Scope.READ_WRITE, Scope.ADMIN);

    private RandomKeyLog() {}

    static List<KeyEvent> of(RandomGenerator random, int length) {
        KeyId key = Ids.newKeyId(NOON);
        CredentialId current = credential(random);
        CredentialId inGrace = null;
        boolean suspended = false;
        boolean ended = false;
        Instant expiresAt = random.nextBoolean() ? NOON.plus(Duration.ofDays(random.nextInt(1, 90))) : null;
        List<KeyEvent> log = new ArrayList<>();
        log.add(new KeyCreated(
                key,
                "Name",
                null,
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId("usr_alice"),
                current,
                random.nextBoolean(),
                expiresAt));
        while (log.size() < length) {
            List<CredentialId> live = inGrace == null ? List.of(current) : List.of(current, inGrace);
            if (ended) {
                log.add(
                        random.nextBoolean()
                                ? new RevocationConfirmed(key, "Name", Ids.newEventId(NOON), List.of())
                                : new KeyDeleted(key, "Name", live, null));
                continue;
            }
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    if (inGrace == null) {
                        CredentialId next = credential(random);
                        log.add(new KeyRotated(
                                key, "Name", next, current, NOON.plus(Duration.ofHours(random.nextInt(100)))));
                        inGrace = current;
                        current = next;
                    } else {
                        log.add(new KeyCredentialExpired(key, "Name", inGrace, NOON));
                        inGrace = null;
                    }
                }
                case 2 ->
                    log.add(new KeyUpdated(
                            key,
                            "Other " + random.nextInt(10),
                            null,
                            SCOPES.get(random.nextInt(SCOPES.size())),
                            random.nextBoolean(),
                            List.of("keyName")));
                case 3, 4 -> {
                    log.add(
                            suspended
                                    ? new KeyResumed(key, "Name", live, null)
                                    : new KeySuspended(key, "Name", live, null));
                    suspended = !suspended;
                }
                case 5 -> {
                    log.add(new KeyRevoked(key, "Name", live, RevocationReason.COMPROMISED, null));
                    ended = true;
                }
                case 6 -> {
                    if (expiresAt != null) {
                        log.add(new KeyExpired(key, "Name", live, expiresAt));
                        ended = true;
                    }
                }
                default -> {
                    log.add(new KeyDeleted(key, "Name", live, null));
                    ended = true;
                }
            }
        }
        return log;
    }

    static CredentialId credential(RandomGenerator random) {
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        StringBuilder id = new StringBuilder();
        while (id.length() < CredentialId.LENGTH) {
            id.append(digits.charAt(random.nextInt(62)));
        }
        return new CredentialId(id.toString());
    }
}
