package io.keyledger.edge.core;

import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.edge.core.spool.Granularity;
import io.keyledger.edge.core.spool.Refusal;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.edge.core.spool.Spooled;
import io.keyledger.edge.core.spool.Use;
import io.keyledger.edge.core.spool.UseSpool;
import io.keyledger.edge.core.view.Follower;
import io.keyledger.edge.core.view.ViewFollower;
import io.keyledger.edge.core.view.ViewStore;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole edge inside a process: its own live view, lease and spool. {@link #authorize} answers from memory and waits for
 * nobody; Kafka and every other process may be away. Safe from any thread.
 */
public final class EmbeddedEdge implements AutoCloseable {
    private static final String USER = "user:";
    private static final String TENANT = "tenant:";

    private final EdgeSettings settings;
    private final EdgeTime time;
    private final KeyView view;
    private final Lease lease;
    private final ViewStore store;
    private final UseSpool spool;
    private final Follower follower;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedEdge(
            EdgeSettings settings, UseSpool spool, ViewStore store, EdgeTime time, Lease lease, Followers followers) {
        this.settings = settings;
        this.spool = spool;
        this.store = store;
        this.time = time;
        Instant known = store.time();
        if (known != null) {
            time.heard(known);
        }
        this.view = store.view();
        this.lease = lease;
        this.follower = followers.of(() -> spool.lanes(position()), () -> spool.started(settings.version()));
    }

    /** Makes what keeps the view up with the log. */
    interface Followers {
        /**
         * @param lanes the last sequence of each use lane; to be asked after records were applied and before they are
         *     acknowledged
         * @param onReady to be called once, when the edge begins to answer
         */
        Follower of(Supplier<List<Long>> lanes, Runnable onReady);
    }

    /**
     * Starts an edge. It refuses everything with {@code starting} until it has caught up and holds its first lease; Kafka
     * need not be there yet.
     *
     * @throws IOException when its data folder is in use or cannot be written to
     */
    public static EmbeddedEdge start(EdgeSettings settings) throws IOException {
        SpoolSettings spooling = settings.spool();
        UseSpool spool = UseSpool.open(spooling, settings.kafka().client());
        try {
            ViewStore store = ViewStore.open(
                    new RealDisk(),
                    spooling.data().resolve("view"),
                    spooling.instance(),
                    settings.peppers());
            EdgeTime time = new EdgeTime(InstantSource.system(), System::nanoTime);
            Lease lease = new Lease(spooling.edge(), spool.boot(), System::nanoTime, settings.staleFor());
            return start(
                    settings,
                    spool,
                    store,
                    time,
                    lease,
                    (lanes, onReady) -> new ViewFollower(
                            spooling.instance(),
                            spooling.edge(),
                            spool.boot(),
                            settings.kafka().client(),
                            store,
                            settings.snapshotEvery(),
                            lease,
                            time,
                            lanes,
                            onReady));
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    /** Starts an edge of these parts. */
    static EmbeddedEdge start(
            EdgeSettings settings, UseSpool spool, ViewStore store, EdgeTime time, Lease lease, Followers followers) {
        EmbeddedEdge edge = new EmbeddedEdge(settings, spool, store, time, lease, followers);
        edge.follower.start();
        return edge;
    }

    /** Decides one request. Its use is on disk, or its refusal counted, before this returns. */
    public Decision authorize(AuthRequest request) {
        Instant now = RecordJson.micros(time.instant());
        Ask ask =
                new Ask(settings.countries()).set(request.permission(), request.method(), request.path(), request.ip());
        Verdict verdict = switch (request.presented()) {
            case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
            case Presented.Key key -> view.verify(key.key(), ask, now, standing());
        };
        Credential credential = verdict.credential();
        if (credential != null && !request.tenants().test(credential.tenant())) {
            verdict = new Verdict(Verdict.Code.WRONG_HOST, credential, request.permission());
        }
        if (verdict.accepted() && credential != null) {
            verdict = spooled(verdict, ask, use(credential, request, now));
        }
        if (verdict.code() == Code.EXPIRED || verdict.code() == Code.REPLACED) {
            // Not even a restart with all clocks set back takes it back.
            store.passed(now);
        }
        if (!verdict.accepted()) {
            spool.refused(refusal(verdict, request, now));
        }
        return new Decision(verdict, viewAgeMillis());
    }

    /** Has caught up once and holds, or has held, a lease. */
    public boolean ready() {
        return follower.ready() && !closed.get();
    }

    /** How far the edge may trust its own view now. */
    public Standing standing() {
        return ready() ? lease.standing() : Standing.STARTING;
    }

    /** An upper bound of the view's age; -1 before the first lease. */
    public long viewAgeMillis() {
        return lease.ageMillis();
    }

    /**
     * What the view knows of a principal at this moment, {@code tenant:<tenantId>} or {@code user:<userId>}; how far that may
     * be trusted says {@link #standing}.
     */
    public Optional<PrincipalRecord> principal(String id) {
        try {
            return id.startsWith(USER)
                    ? view.person(new OwnerId(id.substring(USER.length())))
                    : id.startsWith(TENANT)
                            ? view.tenant(new TenantId(id.substring(TENANT.length())))
                            : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Credentials in the view. */
    public int credentials() {
        return view.size();
    }

    public UseSpool spool() {
        return spool;
    }

    /** What is wrong, in words, for a health page; null when nothing is. */
    public @Nullable String trouble() {
        String reading = follower.trouble();
        return reading != null ? reading : spool.trouble();
    }

    /** Stops in order: accepts nothing more, sends what it can in the time it has, and says so last. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            spool.stopAccepting();
            lease.giveUp();
            spool.close(settings.flush());
            follower.stop();
        }
    }

    private Verdict spooled(Verdict verdict, Ask ask, Use use) {
        AtomicReference<Verdict> again = new AtomicReference<>(verdict);
        Spooled result = spool.use(use, granularity(use.tenant()), () -> {
            Verdict now = view.again(verdict, ask, time.instant(), standing());
            again.set(now);
            return now.accepted();
        });
        return switch (result) {
            case DONE, WITHDRAWN -> again.get();
            case FULL -> new Verdict(Code.SPOOL_FULL, verdict.credential(), verdict.permission());
        };
    }

    private Granularity granularity(TenantId tenant) {
        return view.tenant(tenant).filter(PrincipalRecord::countsBySecond).isPresent()
                ? Granularity.SECOND
                : Granularity.REQUEST;
    }

    /** Another number whenever the view has applied a record. */
    private long position() {
        long position = 0;
        for (Topics.Spec topic : Topics.ALL) {
            for (int p = 0; p < topic.partitions(); p++) {
                position += view.applied(topic.name(), p);
            }
        }
        return position;
    }

    private static Use use(Credential credential, AuthRequest request, Instant now) {
        return new Use(
                now,
                credential.tenant(),
                credential.keyId(),
                credential.credentialId(),
                credential.keyName(),
                credential.scope(),
                request.permission(),
                request.method(),
                request.path(),
                request.ip(),
                request.userAgent(),
                request.requestId());
    }

    private static Refusal refusal(Verdict verdict, AuthRequest request, Instant now) {
        Credential credential = verdict.credential();
        String presented = switch (request.presented()) {
            case Presented.Key key -> key.key().publicPart();
            case Presented.Refused refused -> refused.publicPart();
        };
        return new Refusal(
                now,
                verdict.code(),
                credential == null ? TenantId.SYSTEM : credential.tenant(),
                credential == null ? null : credential.keyId(),
                credential == null ? null : credential.credentialId(),
                credential == null ? null : credential.keyName(),
                presented,
                verdict.permission(),
                request.method(),
                request.path(),
                request.ip(),
                request.userAgent(),
                request.requestId());
    }
}
