package io.keyledger.bench;

import io.keyledger.events.Base62;
import io.keyledger.events.CredentialId;
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
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.Position;
import io.keyledger.verifier.PresentedKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Credentials as an edge's view holds them, each with an expiry, a tenant, an owner and a name, and keys of some of them to
 * present: good, mistyped, of another secret, of an id that is not there. The pepper and the secrets are of this run alone.
 */
final class ViewPopulation {
    /** Keys that are presented, each at a random place of the view. */
    static final int PRESENTED = 100_000;

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final long NOW_MICROS = NOW.getEpochSecond() * 1_000_000;

    private static final int TENANTS = 200;
    private static final int OWNERS = 100_000;
    private static final String[] WHAT = {"ci deploy", "nightly export", "billing sync", "metrics agent", "terraform"};
    private static final String[] WHERE = {"production", "staging", "test", "eu-west", "us-east"};

    final KeyView view;
    final String[] good = new String[PRESENTED];
    final String[] mistyped = new String[PRESENTED];
    final String[] wrong = new String[PRESENTED];
    final String[] unknown = new String[PRESENTED];

    private final int credentials;
    private final boolean ownNames;
    private final Peppers peppers;
    private final TenantId[] tenants = new TenantId[TENANTS];
    private final OwnerId[] owners = new OwnerId[OWNERS];
    private long offset;

    /**
     * Makes the keys and the tenants; credentials are still to be applied.
     *
     * @param ownNames whether each key's name is 16 letters of its own; else names begin alike and end with a number
     */
    ViewPopulation(int credentials, boolean ownNames) {
        this.credentials = credentials;
        this.ownNames = ownNames;
        byte[] pepper = new byte[32];
        new SecureRandom().nextBytes(pepper);
        this.peppers = new Peppers("p1", Map.of("p1", pepper));
        this.view = new KeyView(peppers);
        makeKeys();
    }

    private void makeKeys() {
        KeyFactory factory = new KeyFactory(new SecureRandom());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < PRESENTED; i++) {
            CredentialId id = id(presentedAt(i));
            good[i] = factory.create("kl", KeyKind.KEY, id).reveal();
            wrong[i] = factory.create("kl", KeyKind.KEY, id).reveal();
            unknown[i] = factory.create("kl", KeyKind.KEY, id(-1 - i)).reveal();
            int at = good[i].length() - 1 - random.nextInt(40);
            char c = good[i].charAt(at) == 'x' ? 'y' : 'x';
            mistyped[i] = good[i].substring(0, at) + c + good[i].substring(at + 1);
        }
        Arrays.setAll(tenants, i -> new TenantId("t_tenant-" + i));
        Arrays.setAll(owners, i -> new OwnerId("svc_team-" + i));
        for (int i = 0; i < TENANTS; i++) {
            view.apply(new Position(Topics.PRINCIPALS, 0, i), PrincipalRecord.tenant(tenants[i], 1, true));
        }
    }

    /** Which credential the key of that number is of. */
    int presentedAt(int key) {
        return (int) ((long) key * (credentials / PRESENTED));
    }

    private static CredentialId id(long number) {
        SplittableRandom random = new SplittableRandom(number * 0x9E37_79B9_7F4A_7C15L);
        return new CredentialId(
                Base62.encode(random.nextLong(1L << 35), 6) + Base62.encode(random.nextLong(1L << 35), 6));
    }

    /** The same for the same number, but for revision and state. */
    CredentialRecord record(int number, long revision, State state) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        int every = credentials / PRESENTED;
        PresentedKey key =
                number % every == 0 && number / every < PRESENTED ? PresentedKey.parse(good[number / every]) : null;
        if (key != null) {
            bytes = peppers.verifier("p1", key);
        }
        Instant expiry = NOW.plusNanos(1_000 * (1 + random.nextLong(3L * 365 * 86_400 * 1_000_000)));
        int owner = random.nextInt(OWNERS);
        return new CredentialRecord(
                id(number),
                keyId(random),
                tenants[owner % TENANTS],
                revision,
                state,
                KeyKind.KEY,
                random.nextInt(3) == 0 ? Scope.READ_WRITE : Scope.READ_ONLY,
                owners[owner],
                name(number, random),
                random.nextInt(4) == 0,
                expiry,
                expiry,
                "p1",
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The same under a policy. */
    static CredentialRecord under(UsagePolicy policy, CredentialRecord r) {
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

    /** Writes a record into the view; by one thread at a time. */
    void apply(CredentialRecord record) {
        view.apply(new Position(Topics.CREDENTIALS, 0, offset++), record);
    }

    private static KeyId keyId(SplittableRandom random) {
        StringBuilder text = new StringBuilder("key_0");
        for (int i = 0; i < 25; i++) {
            text.append("0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(random.nextInt(32)));
        }
        return new KeyId(text.toString());
    }

    private String name(int number, SplittableRandom random) {
        return ownNames
                ? Base62.encode(random.nextLong(1L << 40), 8) + Base62.encode(random.nextLong(1L << 40), 8)
                : WHAT[random.nextInt(WHAT.length)] + " " + WHERE[random.nextInt(WHERE.length)] + " "
                        + String.format("%07d", number);
    }
}
