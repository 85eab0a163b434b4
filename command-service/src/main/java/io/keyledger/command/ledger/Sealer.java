package io.keyledger.command.ledger;

import io.keyledger.command.eventstore.CommitSignal;
import io.keyledger.command.eventstore.EventTail;
import io.keyledger.command.ledger.Seal.Head;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.view.PrincipalRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Gives every stored event its place in the ledger and its public bytes: one thread, one transaction a batch, which also
 * moves the token on, so that nothing is sealed twice or passed over.
 *
 * <p>One process at a time holds the token; a second one that believes it does fails at {@code unique (source, sequence)}
 * and reads anew. It wakes on each commit in this process and looks for those of others once a second.
 *
 * <p>It is a loop of our own around Axon's gap-aware token and token store, rather than Axon's
 * TrackingEventProcessor: that one reads, claims and stores in transactions of their own, can sleep through a wake-up, and
 * waits up to a minute after an outage.
 */
final class Sealer implements Runnable {
    static final String TOKEN = "sealer";
    private static final int BATCH = 512;
    private static final int KEPT_HEADS = 20_000;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration CLAIM = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final GapAwareTrackingToken BEGINNING = new GapAwareTrackingToken(0, Set.of());
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);

    private final String instance;
    private final Clock clock;
    private final EventTail events = new EventTail();
    private final TokenStore tokens;
    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final Runnable sealed;
    private final Wake wake = new Wake();
    private final AtomicBoolean running = new AtomicBoolean(true);

    /** What this thread knows; all of it true for ever or checked by the transaction that uses it. */
    private final Map<String, Head> heads = new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Head> eldest) {
            return size() > KEPT_HEADS;
        }
    };

    private final Map<TenantId, PrincipalRecord> tenants = new HashMap<>();
    private @Nullable GapAwareTrackingToken position;
    private long claimedAt;
    private volatile long nextIndex;
    private boolean failing;

    /**
     * A sealer that does not run yet.
     *
     * @param sealed run after each batch that is committed; must only wake another thread
     */
    Sealer(
            String instance,
            Clock clock,
            TokenStore tokens,
            TransactionOperations transactions,
            DataSource dataSource,
            CommitSignal commits,
            Runnable sealed) {
        this.instance = instance;
        this.clock = clock;
        this.tokens = tokens;
        this.transactions = transactions;
        this.jdbc = new JdbcTemplate(dataSource);
        this.sealed = sealed;
        commits.onCommit(wake::signal);
    }

    @Override
    public void run() {
        while (running.get()) {
            try {
                int count = sealBatch();
                failing = false;
                if (count == 0) {
                    wake.sleep(IDLE.toNanos());
                }
            } catch (UnableToClaimTokenException e) {
                forget();
                wake.sleep(IDLE.toNanos());
            } catch (RuntimeException e) {
                forget();
                if (!failing) {
                    LOG.warn("The sealer failed and tries again", e);
                    failing = true;
                }
                pause();
            }
        }
        release();
    }

    /** The index of the next event, as far as this process knows. From any thread. */
    long nextIndex() {
        return nextIndex;
    }

    /** Ends {@link #run} after the batch at hand. */
    void stop() {
        running.set(false);
        wake.signal();
    }

    /** Seals what there is to seal, at most one batch; tells how many events it was. */
    int sealBatch() {
        Batch batch = transactions.execute(_ -> jdbc.execute((ConnectionCallback<Batch>) this::seal));
        if (batch == null) {
            return 0;
        }
        position = batch.position();
        if (batch.claimed()) {
            claimedAt = System.nanoTime();
        }
        if (batch.seal() == null) {
            return 0;
        }
        nextIndex = batch.seal().entries.getLast().index() + 1;
        batch.seal().entries.forEach(entry -> {
            Head head = batch.seal().heads().get(entry.source());
            if (head != null) {
                heads.put(entry.source(), head);
            }
        });
        tenants.putAll(batch.seal().tenants());
        sealed.run();
        return batch.seal().entries.size();
    }

    private record Batch(
            GapAwareTrackingToken position,
            boolean claimed,
            @Nullable Seal seal) {}

    private Batch seal(Connection connection) throws SQLException {
        GapAwareTrackingToken from = position == null ? claim(connection) : position;
        boolean claimed = position == null;
        EventTail.Read read = events.read(connection, from, BATCH);
        if (read.events().isEmpty()) {
            if (!claimed && System.nanoTime() - claimedAt > CLAIM.toNanos()) {
                tokens.extendClaim(TOKEN, 0);
                claimed = true;
            }
            return new Batch(read.token(), claimed, null);
        }
        List<StoredEvent> stored = read.events().stream().map(StoredEvent::of).toList();
        Seal seal = new Seal(
                instance,
                RecordJson.micros(clock.instant()),
                nextIndex,
                heads(connection, stored),
                tenants(connection, stored));
        stored.forEach(seal::add);
        LedgerStore.write(connection, seal);
        tokens.storeToken(read.token(), TOKEN, 0);
        return new Batch(read.token(), true, seal);
    }

    /** Takes the token, or makes it at the very beginning of the event store. */
    private GapAwareTrackingToken claim(Connection connection) throws SQLException {
        if (tokens.fetchSegments(TOKEN).length == 0) {
            tokens.initializeTokenSegments(TOKEN, 1, BEGINNING);
        }
        GapAwareTrackingToken token = (GapAwareTrackingToken) tokens.fetchToken(TOKEN, 0);
        nextIndex = LedgerStore.nextIndex(connection);
        return token == null ? BEGINNING : token;
    }

    private Map<String, Head> heads(Connection connection, List<StoredEvent> stored) throws SQLException {
        Map<String, Head> known = new HashMap<>();
        Map<String, String> keys = new HashMap<>();
        Map<String, String> users = new HashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        for (StoredEvent event : stored) {
            String source = event.source(instance);
            Head head = heads.get(source);
            if (head != null) {
                known.put(source, head);
            } else if (event.sequence() > 1) {
                missing.add(source);
                if (event.event() instanceof KeyEvent e) {
                    keys.put(source, e.keyId().value());
                } else if (event.event() instanceof UserEvent e) {
                    users.put(source, PrincipalRecord.userId(e.userId()));
                }
            }
        }
        // A source whose first event is in this batch has no end yet: what would be read of it is what is to be
        // written.
        stored.stream().filter(e -> e.sequence() == 1).forEach(e -> missing.remove(e.source(instance)));
        if (!missing.isEmpty()) {
            known.putAll(LedgerStore.heads(connection, missing, keys, users));
        }
        return known;
    }

    private Map<TenantId, PrincipalRecord> tenants(Connection connection, List<StoredEvent> stored)
            throws SQLException {
        Set<TenantId> missing = stored.stream()
                .map(StoredEvent::tenant)
                .filter(tenant -> !tenants.containsKey(tenant))
                .collect(Collectors.toSet());
        if (missing.isEmpty()) {
            return tenants;
        }
        Map<TenantId, PrincipalRecord> known = new HashMap<>(tenants);
        LedgerStore.principals(
                        connection,
                        missing.stream().map(PrincipalRecord::tenantId).toList())
                .values()
                .forEach(tenant -> known.put(tenant.tenant(), tenant));
        return known;
    }

    private void forget() {
        position = null;
        heads.clear();
        tenants.clear();
    }

    private void pause() {
        if (running.get()) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void release() {
        try {
            transactions.executeWithoutResult(_ -> tokens.releaseClaim(TOKEN, 0));
        } catch (RuntimeException e) {
            LOG.debug("The sealer's claim was not released, it runs out by itself", e);
        }
    }
}
