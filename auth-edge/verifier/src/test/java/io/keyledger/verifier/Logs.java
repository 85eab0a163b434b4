package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Random logs of the view topics, as lives of a few keys, from a seed. */
final class Logs {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final OwnerId ALICE = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    static final Peppers PEPPERS = new Peppers("p1", Map.of("p1", new byte[32]));
    private static final KeyFactory FACTORY = new KeyFactory(new SecureRandom());
    private static final State[] TERMINAL = {State.REPLACED, State.EXPIRED, State.REVOKED, State.DELETED};

    /** A key that can be presented, and whose it is. */
    record Issued(PresentedKey key, KeyId keyId, CredentialId id) {
        static Issued make() {
            CredentialId id = Ids.newCredentialId();
            return new Issued(FACTORY.create("kl", KeyKind.KEY, id), Ids.newKeyId(NOON), id);
        }

        CredentialRecord record(long revision, State state, @Nullable Instant notAfter, boolean strict) {
            return record(revision, state, notAfter, strict, KeyKind.KEY, Scope.READ_WRITE);
        }

        CredentialRecord record(KeyKind kind, Scope scope) {
            return record(1, State.ACTIVE, null, false, kind, scope);
        }

        CredentialRecord record(KeyKind kind, Scope scope, @Nullable UsagePolicy policy) {
            return with(record(kind, scope), policy);
        }

        CredentialRecord record(long revision, @Nullable UsagePolicy policy) {
            return with(record(revision, State.ACTIVE, null, false), policy);
        }

        private static CredentialRecord with(CredentialRecord r, @Nullable UsagePolicy policy) {
            return new CredentialRecord(
                    r.credentialId(),
                    r.keyId(),
                    r.tenant(),
                    r.revision(),
                    r.state(),
                    r.kind(),
                    r.scope(),
                    r.owner(),
                    r.keyName(),
                    r.strict(),
                    r.notAfter(),
                    r.expiresAt(),
                    r.pepper(),
                    r.verifier(),
                    policy);
        }

        private CredentialRecord record(
                long revision, State state, @Nullable Instant notAfter, boolean strict, KeyKind kind, Scope scope) {
            return new CredentialRecord(
                    id,
                    keyId,
                    TenantId.DEFAULT,
                    revision,
                    state,
                    kind,
                    scope,
                    ALICE,
                    "Integration",
                    strict,
                    notAfter,
                    notAfter,
                    "p1",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(PEPPERS.verifier("p1", key)));
        }
    }

    /** One record at its place. */
    record Entry(Position at, CredentialRecord record) {}

    private Logs() {}

    static PrincipalRecord tenant(long revision, boolean enabled) {
        return PrincipalRecord.tenant(TenantId.DEFAULT, revision, enabled);
    }

    static PrincipalRecord alice(TenantId tenant, long revision, boolean enabled, @Nullable Scope ceiling) {
        return PrincipalRecord.user(ALICE, tenant, revision, enabled, List.of("some-role"), ceiling);
    }

    static KeyView view() {
        KeyView view = new KeyView(PEPPERS);
        view.apply(new Position(Topics.PRINCIPALS, 0, 0), tenant(1, true));
        return view;
    }

    /** The lives of {@code keys}, interleaved over three partitions: active, suspended and back, then maybe ended. */
    static List<Entry> random(RandomGenerator random, List<Issued> keys, int length) {
        List<Entry> log = new ArrayList<>();
        long[] next = new long[3];
        long[] revision = new long[keys.size()];
        boolean[] ended = new boolean[keys.size()];
        while (log.size() < length) {
            int i = random.nextInt(keys.size());
            State state = ended[i] || random.nextInt(8) == 0
                    ? TERMINAL[random.nextInt(TERMINAL.length)]
                    : random.nextBoolean() ? State.ACTIVE : State.SUSPENDED;
            ended[i] |= state.terminal();
            int partition = i % 3;
            log.add(new Entry(
                    new Position(Topics.CREDENTIALS, partition, next[partition]++),
                    keys.get(i).record(++revision[i], state, null, false)));
        }
        return log;
    }
}
