package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every decision is written down before its answer leaves, and sent to the activity topic from there. One per data
 * folder and process (a file lock sees to it); safe from any thread; {@link #use} and {@link #refused} never wait for
 * Kafka, nor for the disk: with {@link Durability#FSYNC} the answer does, by {@link #unforced}.
 *
 * <p>What an earlier run of the same edge has left behind is sent first, under its own name and with the same bytes.
 */
public final class UseSpool implements AutoCloseable {
    /**
     * Uses of one key are in one lane: {@code floorMod(keyId.hashCode(), LANES)} of the id's text. Those that are counted by
     * second have as many lanes of their own behind these: their events wait for the second to end, and nobody else's do.
     */
    public static final int LANES = 4;

    /** So many refusals of one group and minute are an event each; above that they are counted. */
    static final int SINGLE_REFUSALS = 10;

    /** So many groups are told apart in a minute; above that only the reason is. */
    static final int MAX_GROUPS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(UseSpool.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    private static final long MINUTE_MILLIS = 60_000;

    /** The part of the room for tallies that is kept for those of a reason alone: a few of them count any flood for a minute. */
    private static final int SPARE_TALLIES = 4;

    /** The part of the room for refusals that is kept for the notes of starts and stops. */
    private static final int SPARE_NOTES = 64;

    private final InstantSource clock;
    private final String boot;
    private final Disk.Lock lock;
    private final BootSpool spool;
    private final Sender sender;
    private final boolean countsLosses;
    private final long spareTallies;
    private final long spareNotes;
    private final Losses losses;
    private final @Nullable Forcer forcer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private final ReentrantLock useLock = new ReentrantLock();
    private final long[] lanes = new long[2 * LANES];
    private volatile @Nullable Round round;
    private long rounds;
    private long view;
    private boolean usesClosed;

    private final ReentrantLock refusalLock = new ReentrantLock();
    private final Map<Group, Count> groups = new HashMap<>();
    private volatile long minute;
    private boolean refusalsClosed;
    private final AtomicLong uncounted = new AtomicLong();

    /**
     * Refusals that are alike enough to be counted together. The two credentials of a key are not: who still uses the replaced
     * one is what an audit is asked after a rotation. Both are set only when the secret was right, so that guesses make no groups.
     */
    private record Group(
            Verdict.Code reason,
            @Nullable TenantId tenant,
            @Nullable KeyId keyId,
            @Nullable CredentialId credentialId,
            @Nullable String ip) {
        static Group of(Refusal refusal) {
            return new Group(refusal.reason(), refusal.tenant(), refusal.keyId(), refusal.credentialId(), refusal.ip());
        }

        /** When there is no room to tell them apart. */
        static Group all(Verdict.Code reason) {
            return new Group(reason, null, null, null, null);
        }

        boolean isAll() {
            return tenant == null;
        }
    }

    private static final class Count {
        private static final long NONE = -1;
        private int single;
        private long tally = NONE;
    }

    private UseSpool(Disk disk, SpoolSettings settings, ActivityLog log, InstantSource clock, Disk.Lock lock)
            throws IOException {
        this.clock = clock;
        this.boot = Ids.ulid(clock.instant()).toLowerCase(Locale.ROOT);
        this.lock = lock;
        this.minute = minute(clock.instant());
        Path root = settings.data().resolve("spool");
        List<BootSpool> earlier = recover(disk, settings, root, clock);
        this.spareTallies = settings.maxRefusalBytes() / SPARE_TALLIES;
        this.spareNotes = settings.maxRefusalBytes() / SPARE_NOTES;
        this.countsLosses = settings.whenFull() == WhenFull.COUNT;
        this.losses = Losses.open(disk, settings.data());
        this.spool = BootSpool.create(disk, settings, boot, root.resolve(boot), clock);
        this.sender = new Sender(disk, settings, earlier, spool, log, this::tick);
        this.forcer = settings.forces() ? new Forcer("spool-force-" + settings.edge(), this::force) : null;
    }

    private void force() throws IOException {
        spool.force();
        losses.force();
    }

    /**
     * Opens the spool and begins to send.
     *
     * @param connection Kafka's client properties: bootstrap servers and security
     * @throws IOException when another process has the data folder, or it cannot be written to
     */
    public static UseSpool open(SpoolSettings settings, Map<String, ?> connection) throws IOException {
        return open(settings, new KafkaActivityLog(connection), InstantSource.system());
    }

    public static UseSpool open(SpoolSettings settings, ActivityLog log, InstantSource clock) throws IOException {
        return open(new RealDisk(), settings, log, clock);
    }

    static UseSpool open(Disk disk, SpoolSettings settings, ActivityLog log, InstantSource clock) throws IOException {
        UseSpool spool = unstarted(disk, settings, log, clock);
        spool.sender.start();
        if (spool.forcer != null) {
            spool.forcer.start();
        }
        return spool;
    }

    /** One that sends only when {@link #step} is called, and forces when it is asked for. */
    static UseSpool unstarted(Disk disk, SpoolSettings settings, ActivityLog log, InstantSource clock)
            throws IOException {
        disk.createFolder(settings.data());
        Disk.Lock lock = disk.lock(settings.data());
        try {
            return new UseSpool(disk, settings, log, clock, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Does what the sender's thread does, once. */
    boolean step() {
        return sender.step();
    }

    /** This run of the edge: a lower-case ULID. */
    public String boot() {
        return boot;
    }

    /**
     * Writes down an accepted request. The request may pass only when the answer is {@link Spooled#DONE} or {@link
     * Spooled#COUNTED}, and only after {@link #unforced}.
     */
    public Spooled use(Use use, Granularity granularity) {
        return use(use, granularity, () -> true);
    }

    /**
     * Writes down an accepted request, if it still is one.
     *
     * @param stillGood asked under the lock that {@link #lanes} takes: when it says no, nothing is written. So a change that
     *     was visible before a call of {@code lanes} is respected by every use with a higher sequence than it returned
     */
    public Spooled use(Use use, Granularity granularity, BooleanSupplier stillGood) {
        int lane = Math.floorMod(use.keyId().value().hashCode(), LANES);
        return switch (granularity) {
            case REQUEST -> single(use, lane, stillGood);
            case SECOND -> counted(use, LANES + lane, stillGood);
        };
    }

    private Spooled single(Use use, int lane, BooleanSupplier stillGood) {
        Raw.Draft raw = Raw.draft(use);
        boolean nextDue;
        useLock.lock();
        try {
            if (!stillGood.getAsBoolean()) {
                return Spooled.WITHDRAWN;
            }
            raw.number(lane, lanes[lane] + 1);
            if (takesNone()) {
                return Spooled.FULL;
            }
            if (spool.uses().append(raw.bytes(), raw.length(), 0) < 0) {
                return full();
            }
            lanes[lane]++;
            nextDue = spool.uses().isNextDue();
        } finally {
            useLock.unlock();
        }
        sender.wake();
        if (nextDue) {
            sender.look();
        }
        return Spooled.DONE;
    }

    /** Written like any other use, but with the sequence of the event that it shares. The sender looks at the round's end. */
    private Spooled counted(Use use, int lane, BooleanSupplier stillGood) {
        Raw.Counted raw = Raw.counted(use);
        useLock.lock();
        try {
            if (!stillGood.getAsBoolean()) {
                return Spooled.WITHDRAWN;
            }
            if (takesNone()) {
                return Spooled.FULL;
            }
            Round joined = round;
            Long shared = joined == null || joined.isOver(raw.alike().second()) ? null : joined.sequence(raw.alike());
            if (joined == null
                    || shared == null
                            && (joined.isFull() || joined.isOver(raw.alike().second()))) {
                closeRound();
                joined = new Round(++rounds, raw.alike().second(), clock.instant());
                round = joined;
            }
            raw.number(lane, shared == null ? lanes[lane] + 1 : shared, joined.number());
            if (spool.counted().append(raw.bytes()) < 0) {
                // What is there is made into events at once, to have room again.
                closeRound();
                return full();
            }
            if (shared == null) {
                lanes[lane]++;
                joined.add(raw.alike(), lanes[lane]);
            }
        } finally {
            useLock.unlock();
        }
        return Spooled.DONE;
    }

    private boolean takesNone() {
        return usesClosed || forcer != null && forcer.broken() != null;
    }

    /** What becomes of a use that finds no room; under the lock of uses. */
    private Spooled full() {
        if (!countsLosses) {
            return Spooled.FULL;
        }
        losses.add();
        return Spooled.COUNTED;
    }

    /**
     * What an answer has to wait for, asked for after all that it says was written down: null = nothing, and always so with
     * {@link Durability#PROCESS}. It fails when the disk does: then what was accepted must not pass. No thread is held; the one
     * that forces completes it, so what follows must not take long.
     */
    public @Nullable CompletableFuture<Void> unforced() {
        return forcer == null || spool.isForced() && losses.isForced() ? null : forcer.join();
    }

    /** Nobody joins any more; under the lock of uses. */
    private void closeRound() {
        round = null;
        spool.closeCounted(spool.counted().written());
    }

    /**
     * The last sequence of each use lane, after every use that began before this call has ended.
     *
     * @param view another number than before once the view has changed: from then on no use shares an event with one that was
     *     accepted by the view before, so that it has a higher sequence than is returned here
     */
    public List<Long> lanes(long view) {
        useLock.lock();
        try {
            if (view != this.view) {
                this.view = view;
                closeRound();
            }
            return Arrays.stream(lanes).boxed().toList();
        } finally {
            useLock.unlock();
        }
    }

    /**
     * Writes down, or counts, a refused request. Never fails the request: when even the room for counting is used up, that
     * is counted in {@link #uncounted} and logged.
     */
    public void refused(Refusal refusal) {
        refusalLock.lock();
        try {
            if (refusalsClosed || !count(refusal)) {
                if (uncounted.getAndIncrement() % 1000 == 0) {
                    LOG.error("no room left to count refusals: {} are not in the audit", uncounted.get());
                }
            }
        } finally {
            refusalLock.unlock();
        }
        sender.wake();
    }

    /** The edge has begun to answer. */
    public void started(String version) {
        edge(Raw.started(RecordJson.micros(clock.instant()), version, lost()));
    }

    /** Refusals that found no room even to be counted. */
    public long uncounted() {
        return uncounted.get();
    }

    /** Uses that passed without being written down, since the data folder was made; see {@link WhenFull#COUNT}. */
    public long lost() {
        return losses.count();
    }

    /** Bytes of disk that uses occupy which Kafka does not have. */
    public long heldBytes() {
        return spool.uses().held() + spool.counted().held();
    }

    /** Why nothing is being sent, or null. */
    public @Nullable String trouble() {
        String broken = forcer == null ? null : forcer.broken();
        return broken == null
                ? sender.trouble()
                : "the disk does not keep what is written, no use is accepted until the next start: " + broken;
    }

    /** Earlier runs whose events are not all sent yet. */
    public int earlierRuns() {
        return sender.earlierRuns();
    }

    /** Accepts nothing more, in order: from here on every use is refused. Sending goes on until {@link #close}. */
    public void stopAccepting() {
        useLock.lock();
        try {
            usesClosed = true;
            closeRound();
        } finally {
            useLock.unlock();
        }
    }

    /** As {@link #close(Duration)}, with 5 s. */
    @Override
    public void close() {
        close(FLUSH);
    }

    /** Stops, sends what is there for at most {@code patience}, and leaves the rest to the next run. */
    public void close(Duration patience) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopAccepting();
        if (forcer != null) {
            forcer.stop();
        }
        edge(Raw.stopped(RecordJson.micros(clock.instant()), lost()));
        refusalLock.lock();
        try {
            refusalsClosed = true;
            closeMinute();
        } finally {
            refusalLock.unlock();
        }
        sender.wake();
        if (!sender.stop(patience)) {
            LOG.warn("stopped with events unsent: the next start sends them");
        }
        losses.close();
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("lock of the data folder: {}", e.toString());
        }
    }

    private void edge(byte[] raw) {
        refusalLock.lock();
        try {
            if (spool.refusals().append(raw) < 0) {
                LOG.warn("no room to note that the edge started or stopped");
            }
        } finally {
            refusalLock.unlock();
        }
        sender.wake();
    }

    private boolean count(Refusal refusal) {
        if (minute(clock.instant()) != minute) {
            closeMinute();
        }
        Group group = Group.of(refusal);
        Count count = groups.get(group);
        if (count == null && groups.size() >= MAX_GROUPS) {
            return tally(Group.all(refusal.reason()), refusal);
        }
        if (count == null) {
            count = new Count();
            groups.put(group, count);
        }
        if (count.single < SINGLE_REFUSALS && count.tally == Count.NONE) {
            if (spool.refusals().append(Raw.of(refusal), spareNotes) >= 0) {
                count.single++;
                return true;
            }
        }
        return tally(group, refusal) || tally(Group.all(refusal.reason()), refusal);
    }

    /** Adds one to the group's tally of this minute; the first makes it. */
    private boolean tally(Group group, Refusal refusal) {
        Count count = groups.computeIfAbsent(group, _ -> new Count());
        RawLog tallies = spool.tallies();
        if (count.tally != Count.NONE) {
            // The count last: a run that dies in between has counted only what it answered.
            tallies.set(count.tally, Raw.TALLY_LAST, Raw.micros(refusal.time()));
            tallies.set(count.tally, Raw.TALLY_COUNT, tallies.get(count.tally, Raw.TALLY_COUNT) + 1);
            return true;
        }
        count.tally = tallies.append(Raw.tally(common(group, refusal)), group.isAll() ? 0 : spareTallies);
        return count.tally != Count.NONE;
    }

    /** What all refusals of a group have in common. */
    private static Refusal common(Group group, Refusal refusal) {
        return new Refusal(
                refusal.time(),
                group.reason(),
                group.tenant() == null ? TenantId.SYSTEM : group.tenant(),
                group.keyId(),
                group.credentialId(),
                group.keyId() == null ? null : refusal.keyName(),
                null,
                null,
                null,
                null,
                group.ip(),
                null,
                null);
    }

    private void tick() {
        CompletableFuture<Void> asked = unforced();
        if (asked != null) {
            // Nobody waits for it here, but no event is made before.
            var _ = asked.whenComplete((_, _) -> sender.wake());
        }
        Round open = round;
        if (open != null && open.isOver(clock.instant())) {
            useLock.lock();
            try {
                if (open == round) {
                    closeRound();
                }
            } finally {
                useLock.unlock();
            }
        }
        if (minute(clock.instant()) != minute) {
            refusalLock.lock();
            try {
                closeMinute();
            } finally {
                refusalLock.unlock();
            }
        }
    }

    private void closeMinute() {
        minute = minute(clock.instant());
        groups.clear();
        spool.closeTallies(spool.tallies().written());
    }

    private static long minute(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), MINUTE_MILLIS);
    }

    private static List<BootSpool> recover(Disk disk, SpoolSettings settings, Path root, InstantSource clock)
            throws IOException {
        disk.createFolder(root);
        List<BootSpool> earlier = new ArrayList<>();
        for (String name : disk.list(root)) {
            Path dir = root.resolve(name);
            if (name.endsWith(Sender.DONE)) {
                disk.delete(dir);
                continue;
            }
            try {
                earlier.add(BootSpool.recover(disk, settings, name, dir, clock));
            } catch (IOException | RuntimeException e) {
                // It stays where it is, for a person to look at; what can be sent goes on.
                LOG.error("the spool of boot {} cannot be read and is left in {}: {}", name, dir, e.toString());
            }
        }
        return earlier;
    }
}
