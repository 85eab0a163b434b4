package io.keyledger.edge.core;

import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.edge.core.limits.Exchange;
import io.keyledger.edge.core.limits.FailureThrottle;
import io.keyledger.edge.core.limits.LimitExchange;
import io.keyledger.edge.core.limits.Limits;
import io.keyledger.edge.core.limits.Taken;
import io.keyledger.edge.core.spool.Granularity;
import io.keyledger.edge.core.spool.Refusal;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.edge.core.spool.Spooled;
import io.keyledger.edge.core.spool.Use;
import io.keyledger.edge.core.spool.UseSpool;
import io.keyledger.edge.core.view.Follower;
import io.keyledger.edge.core.view.ViewFollower;
import io.keyledger.edge.core.view.ViewStore;
import io.keyledger.edge.core.view.Waiters;
import io.keyledger.events.CommandPosition;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Lease.Granted;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

    /** So long keys with limits wait for the counts that the topic holds; then they are counted without. */
    private static final Duration COUNTS_WITHIN = Duration.ofSeconds(10);

    private static final SecureRandom SEEDS = new SecureRandom();

    private final EdgeSettings settings;
    private final EdgeTime time;
    private final KeyView view;
    private final Lease lease;
    private final ViewStore store;
    private final UseSpool spool;
    private final Waiters waiters;
    private final Follower follower;
    private final Limits limits;
    private final Exchange exchange;
    private final FailureThrottle throttle;
    private volatile long readySinceNanos;
    private volatile boolean begun;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedEdge(EdgeSettings settings, UseSpool spool, Parts parts) {
        this.settings = settings;
        this.spool = spool;
        this.store = parts.store();
        this.time = parts.time();
        Instant known = store.time();
        if (known != null) {
            time.heard(known);
        }
        this.view = store.view();
        this.lease = parts.lease();
        this.waiters = parts.waiters();
        this.limits = new Limits(
                settings.spool().edge(), spool.boot(), settings.limits().maxCounters());
        this.exchange = parts.exchange().of(limits);
        this.throttle = new FailureThrottle(settings.limits().failuresPerMinute(), SEEDS.nextLong());
        this.follower = parts.follower().of(() -> spool.lanes(position()), this::begin);
    }

    private void begin() {
        readySinceNanos = System.nanoTime();
        begun = true;
        spool.started(settings.version());
    }

    /**
     * What an edge is made of, beside its spool.
     *
     * @param waiters told by the follower whenever records were applied
     */
    record Parts(
            ViewStore store, EdgeTime time, Lease lease, Waiters waiters, Exchanges exchange, Followers follower) {}

    /** Makes what tells other edges what was counted. */
    interface Exchanges {
        Exchange of(Limits limits);
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
                    new RealDisk(), spooling.data().resolve("view"), spooling.instance(), settings.peppers());
            EdgeTime time = new EdgeTime(InstantSource.system(), System::nanoTime);
            Lease lease = new Lease(spooling.edge(), spool.boot(), System::nanoTime, settings.staleFor());
            Waiters waiters = new Waiters();
            Parts parts = new Parts(
                    store,
                    time,
                    lease,
                    waiters,
                    limits ->
                            new LimitExchange(spooling.edge(), settings.kafka().client(), limits, time),
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
                            waiters,
                            onReady));
            return start(settings, spool, parts);
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    /** Starts an edge of these parts. */
    static EmbeddedEdge start(EdgeSettings settings, UseSpool spool, Parts parts) {
        EmbeddedEdge edge = new EmbeddedEdge(settings, spool, parts);
        edge.follower.start();
        edge.exchange.start();
        return edge;
    }

    /**
     * Decides one request. Its use is on disk, or its refusal counted, before this returns; where uses are to outlive the loss of
     * power, it waits for the disk.
     */
    public Decision authorize(AuthRequest request) {
        Decision decision = decide(request);
        CompletableFuture<Void> unforced = decision.accepted() ? spool.unforced() : null;
        if (unforced == null) {
            return decision;
        }
        try {
            unforced.join();
            return decision;
        } catch (CompletionException e) {
            // The use may be told all the same: as with an answer that is lost on its way.
            Verdict full = new Verdict(Code.SPOOL_FULL, decision.verdict().credential(), request.permission());
            return new Decision(full, decision.viewAgeMillis());
        }
    }

    /**
     * What an answer has to wait for that was made with {@link #decide}; null = for nothing. When it fails, the answer must
     * be that there is no room.
     */
    public @Nullable CompletableFuture<Void> unforced() {
        return spool.unforced();
    }

    /**
     * As {@link #authorize}, without waiting for the disk: for who has no thread to spare. The answer must not leave before {@link
     * #unforced}, asked after this has returned, is done.
     */
    public Decision decide(AuthRequest request) {
        Instant now = RecordJson.micros(time.instant());
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        Ask ask =
                new Ask(settings.countries()).set(request.permission(), request.method(), request.path(), request.ip());
        long source = FailureThrottle.source(ask.address());
        long number =
                request.presented() instanceof Presented.Key key ? key.key().credentialNumber() : 0;
        // Before the verdict: a lease that comes after it makes it no younger.
        Granted before = lease.granted();
        long wait = isAttempt(request.presented()) ? throttle.wait(source, number, micros) : 0;
        Verdict verdict = wait > 0
                ? Verdict.refused(Code.THROTTLED, request.permission())
                : switch (request.presented()) {
                    case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
                    case Presented.Key key -> view.verify(key.key(), ask, now, standing());
                };
        if (isFailure(verdict.code())) {
            throttle.failed(source, micros);
        }
        Credential credential = verdict.credential();
        if (credential != null && !request.tenants().test(credential.tenant())) {
            verdict = new Verdict(Verdict.Code.WRONG_HOST, credential, request.permission());
        }
        Decision decision = new Decision(verdict, lease.ageMillis(before), null, wait);
        if (verdict.accepted() && credential != null) {
            decision = withinLimits(verdict, credential, ask, request, now, micros, before);
            if (decision.accepted()) {
                throttle.accepted(source, number);
            }
        }
        if (decision.code() == Code.EXPIRED || decision.code() == Code.REPLACED) {
            // Not even a restart with all clocks set back takes it back.
            store.passed(now);
        }
        if (!decision.accepted()) {
            spool.refused(refusal(decision.verdict(), request, now));
        }
        return decision;
    }

    /** A key, or what could be one: what may fail, and what waits when too many have. */
    private static boolean isAttempt(Presented presented) {
        return presented instanceof Presented.Key
                || presented instanceof Presented.Refused refused && refused.code() == Code.MALFORMED;
    }

    private static boolean isFailure(Code code) {
        return code == Code.UNKNOWN || code == Code.MISMATCH || code == Code.MALFORMED;
    }

    /** What would be accepted, if the key's limits have room for it; then its use is written down. */
    private Decision withinLimits(
            Verdict verdict,
            Credential credential,
            Ask ask,
            AuthRequest request,
            Instant now,
            long micros,
            Granted before) {
        List<UsagePolicy.Rate> rates = credential.rates();
        List<UsagePolicy.Quota> quotas = credential.quotas();
        boolean limited = !rates.isEmpty() || !quotas.isEmpty();
        if (limited && !knowsCounts()) {
            return new Decision(new Verdict(Code.STARTING, credential, request.permission()), lease.ageMillis(before));
        }
        Taken taken = limited
                ? limits.take(credential.tenant(), credential.keyId(), credential.owner(), rates, quotas, micros)
                : Taken.UNLIMITED;
        if (!taken.allowed()) {
            Code code = taken.quota() ? Code.QUOTA_EXCEEDED : Code.RATE_LIMITED;
            return new Decision(
                    new Verdict(code, credential, request.permission()),
                    lease.ageMillis(before),
                    taken.state(),
                    taken.state() == null ? 1 : taken.state().resetSeconds());
        }
        Verdict result = spooled(verdict, ask, use(credential, request, now));
        if (!result.accepted()) {
            limits.giveBack(taken);
            return new Decision(result, lease.ageMillis(before));
        }
        return new Decision(result, lease.ageMillis(before), taken.state(), 0);
    }

    /** Whether counts of earlier runs and other edges are known, or have been waited for in vain. */
    private boolean knowsCounts() {
        return exchange.heardAll() || begun && System.nanoTime() - readySinceNanos > COUNTS_WITHIN.toNanos();
    }

    /** Rates and quotas of this edge. */
    public Limits limits() {
        return limits;
    }

    /** Attempts that were refused because too many from the same source had failed. */
    public long throttled() {
        return throttle.refused();
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

    /** Whether the view holds what these records tell. */
    public boolean reached(CommandPosition position) {
        return position.views().stream()
                .allMatch(place -> view.applied(place.topic(), place.partition()) > place.offset());
    }

    /**
     * Waits until {@link #reached}; false after {@code patience}, or at once when too many wait already. No thread is held; it
     * may be the view's own that completes it, so what follows must not take long.
     */
    public CompletableFuture<Boolean> reach(CommandPosition position, Duration patience) {
        return waiters.await(() -> reached(position), patience);
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
        if (reading != null) {
            return reading;
        }
        String sending = spool.trouble();
        return sending != null ? sending : exchange.trouble();
    }

    /** Stops in order: accepts nothing more, sends what it can in the time it has, and says so last. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            spool.stopAccepting();
            lease.giveUp();
            spool.close(settings.flush());
            exchange.stop();
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
            case DONE, COUNTED, WITHDRAWN -> again.get();
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
