package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.Disk.DiskFile;
import io.keyledger.edge.core.spool.Journal.Head;
import io.keyledger.events.ActivityEvent;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Sources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The spool of one run of one edge, from its raw logs to Kafka. The sender's thread alone calls it; a run that is over is
 * treated like the present one, but for that nobody adds to it.
 */
final class BootSpool implements AutoCloseable {
    static final int USES = 0;
    static final int REFUSALS = 1;
    static final int TALLIES = 2;
    static final int COUNTED = 3;
    static final int STREAMS = 4;
    private static final String REFUSAL_LANE = "r";
    private static final String EDGE_LANE = "e";
    private static final long JOURNAL_FILE_BYTES = 8L << 20;
    private static final int BATCH = 256;
    private static final int MAX_QUEUED = 8192;
    private static final int MAX_IN_FLIGHT = 2048;
    private static final String MACHINE = "machine";

    private final SpoolSettings settings;
    private final String boot;
    private final Path dir;
    private final List<RawLog> logs;
    private final Journal journal;
    private final InstantSource clock;

    /** In journal order, from the first that is not acknowledged. */
    private final Deque<Sealed> queue = new ArrayDeque<>();

    /** The part of {@link #queue} that is still to be sent. */
    private final Deque<Sealed> unsent = new ArrayDeque<>();

    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable Exception failure;

    /** Tallies before it are final. */
    private volatile long closedTallies;

    /** Counted uses before it are in rounds that are over. */
    private volatile long closedCounted;

    private BootSpool(
            SpoolSettings settings, String boot, Path dir, List<RawLog> logs, Journal journal, InstantSource clock) {
        this.settings = settings;
        this.boot = boot;
        this.dir = dir;
        this.logs = logs;
        this.journal = journal;
        this.clock = clock;
        queue.addAll(journal.unacked());
        unsent.addAll(queue);
    }

    static BootSpool create(Disk disk, SpoolSettings settings, String boot, Path dir, InstantSource clock)
            throws IOException {
        disk.createFolder(dir);
        try (DiskFile machine = disk.create(dir.resolve(MACHINE))) {
            machine.write(ByteBuffer.wrap(disk.machine().getBytes(StandardCharsets.US_ASCII)), 0);
            if (settings.forces()) {
                machine.force();
            }
        }
        int small = Math.max(settings.segmentBytes() / 4, 64 << 10);
        List<RawLog> logs = List.of(
                RawLog.create(disk, dir, "uses", settings.segmentBytes(), settings.maxUseBytes(), 0),
                RawLog.create(disk, dir, "refusals", small, settings.maxRefusalBytes(), 0),
                RawLog.create(disk, dir, "tallies", small, settings.maxRefusalBytes(), Raw.TALLY_MUTABLE),
                RawLog.create(disk, dir, "counted", settings.segmentBytes(), settings.maxUseBytes(), 0));
        Journal journal = Journal.open(disk, dir, STREAMS, JOURNAL_FILE_BYTES, settings.forces());
        if (settings.forces()) {
            disk.forceFolder(dir);
            disk.forceFolder(root(dir));
            disk.forceFolder(settings.data());
        }
        return new BootSpool(settings, boot, dir, logs, journal, clock);
    }

    private static Path root(Path dir) {
        Path parent = dir.getParent();
        return parent == null ? dir : parent;
    }

    /** Whether the machine has gone down since that run, as far as is known: of what was not forced, anything may be missing. */
    private static boolean isCut(Disk disk, Path dir) throws IOException {
        if (!disk.list(dir).contains(MACHINE)) {
            return false;
        }
        try (DiskFile machine = disk.open(dir.resolve(MACHINE))) {
            ByteBuffer name = ByteBuffer.allocate(Math.toIntExact(machine.size()));
            machine.read(name, 0);
            return !new String(name.array(), StandardCharsets.US_ASCII).equals(disk.machine());
        }
    }

    /** The spool that an earlier run has left behind. */
    static BootSpool recover(Disk disk, SpoolSettings settings, String boot, Path dir, InstantSource clock)
            throws IOException {
        List<RawLog> logs = new ArrayList<>();
        boolean cut = isCut(disk, dir);
        Journal journal = Journal.open(disk, dir, STREAMS, JOURNAL_FILE_BYTES, settings.forces());
        try {
            logs.add(RawLog.recover(disk, dir, "uses", 0, journal.consumed(USES), cut));
            logs.add(RawLog.recover(disk, dir, "refusals", 0, journal.consumed(REFUSALS), cut));
            logs.add(RawLog.recover(disk, dir, "tallies", Raw.TALLY_MUTABLE, journal.consumed(TALLIES), cut));
            logs.add(RawLog.recover(disk, dir, "counted", 0, journal.consumed(COUNTED), cut));
            if (settings.forces()) {
                for (RawLog log : logs) {
                    log.forceRecovered();
                }
                disk.forceFolder(dir);
            }
            BootSpool spool = new BootSpool(settings, boot, dir, logs, journal, clock);
            spool.closedTallies = Long.MAX_VALUE;
            spool.closedCounted = Long.MAX_VALUE;
            return spool;
        } catch (IOException | RuntimeException e) {
            logs.forEach(RawLog::close);
            journal.close();
            throw e;
        }
    }

    RawLog uses() {
        return logs.get(USES);
    }

    RawLog refusals() {
        return logs.get(REFUSALS);
    }

    RawLog tallies() {
        return logs.get(TALLIES);
    }

    RawLog counted() {
        return logs.get(COUNTED);
    }

    /** Forces all uses that were written before this call. By one thread at a time. */
    void force() throws IOException {
        uses().force();
        counted().force();
    }

    boolean isForced() {
        return uses().forced() >= uses().written()
                && counted().forced() >= counted().written();
    }

    String boot() {
        return boot;
    }

    Path dir() {
        return dir;
    }

    /** Tallies before {@code position} do not change any more. */
    void closeTallies(long position) {
        closedTallies = position;
    }

    /** Nobody joins the rounds of the uses before {@code position} any more. */
    void closeCounted(long position) {
        closedCounted = position;
    }

    /** Moves what can be moved one stage on; whether there was anything. */
    boolean pump(ActivityLog log, Runnable wake) throws IOException {
        boolean moved = collect();
        logs.forEach(RawLog::prepare);
        moved |= seal();
        moved |= send(log, wake);
        return moved;
    }

    /** Everything that was ever appended is acknowledged. */
    boolean drained() throws IOException {
        for (int stream = 0; stream < STREAMS; stream++) {
            if (nextRaw(stream) != null) {
                return false;
            }
        }
        return queue.isEmpty();
    }

    /** Set when Kafka refused an event: whoever owns the connection has to {@link #resend}. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /** Begins again at the first event that is not acknowledged; nothing must be in flight any more. */
    void resend() {
        inFlight.set(0);
        failure = null;
        unsent.clear();
        queue.stream().filter(s -> !s.acknowledged()).forEach(unsent::add);
    }

    /** Whether another record could not be made into an event now. */
    boolean isFull() {
        return queue.size() >= MAX_QUEUED;
    }

    int queued() {
        return queue.size();
    }

    @Override
    public void close() {
        logs.forEach(RawLog::close);
        journal.close();
    }

    /** Takes acknowledged events off the head of the queue, and trims the journal behind them. */
    private boolean collect() throws IOException {
        Sealed last = null;
        for (Iterator<Sealed> i = queue.iterator(); i.hasNext(); ) {
            Sealed sealed = i.next();
            if (!sealed.acknowledged()) {
                break;
            }
            last = sealed;
            i.remove();
        }
        if (last == null) {
            return false;
        }
        journal.acked(last.journalEnd());
        return true;
    }

    private boolean seal() throws IOException {
        boolean sealed = false;
        for (int stream = 0; stream < STREAMS; stream++) {
            while (queue.size() < MAX_QUEUED && (stream == COUNTED ? sealRound() : sealBatch(stream))) {
                sealed = true;
                // Requests come faster than events are made: there must always be room before them.
                logs.get(USES).prepare();
            }
        }
        return sealed;
    }

    private boolean sealBatch(int stream) throws IOException {
        List<Journal.Entry> entries = new ArrayList<>();
        List<CloudEvent> events = new ArrayList<>();
        Map<String, Head> heads = new HashMap<>();
        RawLog log = logs.get(stream);
        RawLog.Entry raw = nextRaw(stream);
        while (raw != null && entries.size() < BATCH) {
            Raw.Fact fact = stream == TALLIES
                    ? Raw.tallied(raw.payload(), settings.edge())
                    : Raw.fact(raw.payload(), settings.edge(), boot);
            String source = source(fact);
            Head head = heads.containsKey(source) ? heads.get(source) : journal.head(source);
            CloudEvent event = event(fact, source, head);
            byte[] bytes = event.bytes();
            Head next = new Head(event.sequence(), CloudEvent.hash(bytes));
            heads.put(source, next);
            entries.add(new Journal.Entry(stream, raw.next(), source, next.sequence(), next.hash(), bytes));
            events.add(event);
            raw = log.next(raw.next(), end(stream));
        }
        if (entries.isEmpty()) {
            return false;
        }
        append(entries, events);
        log.trim(journal.consumed(stream));
        return true;
    }

    /**
     * Makes the events of one round that is over. Which uses share an event, and its sequence, stand in the raw records: so a
     * round that a crash has cut short in the journal comes out the same, and what of it is there is not made again. Only
     * with its last event it is used up.
     */
    private boolean sealRound() throws IOException {
        RawLog log = logs.get(COUNTED);
        long from = journal.consumed(COUNTED);
        RawLog.Entry raw = nextRaw(COUNTED);
        if (raw == null) {
            return false;
        }
        long number = Raw.round(raw.payload());
        Map<Raw.Place, Shared> round = new LinkedHashMap<>();
        long end = from;
        while (raw != null && Raw.round(raw.payload()) == number) {
            RawLog.Entry use = raw;
            round.computeIfAbsent(Raw.place(use.payload()), _ -> new Shared(use.payload()))
                    .add(Raw.countedTime(use.payload()));
            end = use.next();
            raw = log.next(end, end(COUNTED));
        }
        List<Raw.Fact> missing = new ArrayList<>();
        for (Shared shared : round.values()) {
            Raw.Fact fact = shared.fact(settings.edge(), boot);
            Head head = journal.head(source(fact));
            if (head == null || fact.sequence() > head.sequence()) {
                missing.add(fact);
            }
        }
        if (missing.isEmpty()) {
            throw new IOException("round %d of boot %s has all its events and is not used up".formatted(number, boot));
        }
        for (int at = 0; at < missing.size(); at += BATCH) {
            List<Raw.Fact> some = missing.subList(at, Math.min(at + BATCH, missing.size()));
            appendRound(some, from, at + BATCH >= missing.size() ? end : from);
        }
        log.trim(end);
        return true;
    }

    /** Some events of a round; the last one of them moves on to {@code to}. */
    private void appendRound(List<Raw.Fact> facts, long from, long to) throws IOException {
        List<Journal.Entry> entries = new ArrayList<>();
        List<CloudEvent> events = new ArrayList<>();
        Map<String, Head> heads = new HashMap<>();
        for (Raw.Fact fact : facts) {
            String source = source(fact);
            CloudEvent event = event(fact, source, heads.getOrDefault(source, journal.head(source)));
            byte[] bytes = event.bytes();
            Head next = new Head(event.sequence(), CloudEvent.hash(bytes));
            heads.put(source, next);
            long consumed = entries.size() == facts.size() - 1 ? to : from;
            entries.add(new Journal.Entry(COUNTED, consumed, source, next.sequence(), next.hash(), bytes));
            events.add(event);
        }
        append(entries, events);
    }

    private void append(List<Journal.Entry> entries, List<CloudEvent> events) throws IOException {
        List<Long> ends = journal.append(entries);
        for (int i = 0; i < entries.size(); i++) {
            Journal.Entry e = entries.get(i);
            Sealed sealed = new Sealed(e.source(), e.bytes(), events.get(i).headers(), ends.get(i));
            queue.add(sealed);
            unsent.add(sealed);
        }
    }

    /** The uses that share one event. */
    private static final class Shared {
        private final byte[] use;
        private long count;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;

        Shared(byte[] use) {
            this.use = use;
        }

        void add(Instant time) {
            count++;
            first = time.isBefore(first) ? time : first;
            last = time.isAfter(last) ? time : last;
        }

        Raw.Fact fact(String edge, String boot) {
            return Raw.fact(use, edge, boot).times(count, first, last);
        }
    }

    private RawLog.@Nullable Entry nextRaw(int stream) throws IOException {
        return logs.get(stream).next(journal.consumed(stream), end(stream));
    }

    private long end(int stream) {
        return switch (stream) {
            case TALLIES -> closedTallies;
            // Where uses are forced, no event is made of one that may still be lost; of a round, of none or of all.
            case COUNTED -> {
                long closed = closedCounted;
                yield settings.forces() && counted().forced() < closed ? journal.consumed(COUNTED) : closed;
            }
            case USES -> settings.forces() ? uses().forced() : Long.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private String source(Raw.Fact fact) {
        String lane = switch (fact.event()) {
            case ActivityEvent.KeyUsed _ -> Integer.toString(fact.lane());
            case ActivityEvent.AuthFailed _ -> REFUSAL_LANE;
            case ActivityEvent.EdgeStarted _, ActivityEvent.EdgeStopped _ -> EDGE_LANE;
        };
        return Sources.edge(settings.instance(), settings.edge(), boot, lane);
    }

    private CloudEvent event(Raw.Fact fact, String source, @Nullable Head head) throws IOException {
        long sequence = head == null ? 1 : head.sequence() + 1;
        if (fact.sequence() != 0 && fact.sequence() != sequence) {
            throw new IOException("use %d of %s follows %d".formatted(fact.sequence(), source, sequence - 1));
        }
        Instant now = RecordJson.micros(clock.instant());
        KeyId subject = fact.subject();
        Actor actor = switch (fact.event()) {
            case ActivityEvent.KeyUsed e -> Actor.apiKey(e.credentialId());
            case ActivityEvent.AuthFailed _ ->
                fact.actor() == null ? Actor.UNAUTHENTICATED : Actor.apiKey(fact.actor());
            case ActivityEvent.EdgeStarted _, ActivityEvent.EdgeStopped _ -> Actor.SYSTEM;
        };
        return new CloudEvent(
                Ids.newEventId(now),
                source,
                sequence,
                head == null ? CloudEvent.GENESIS : head.hash(),
                fact.time(),
                now,
                fact.tenant(),
                subject == null ? "edge/" + settings.edge() : "key/" + subject.value(),
                source,
                actor,
                fact.requestId(),
                fact.event());
    }

    private boolean send(ActivityLog log, Runnable wake) {
        boolean sent = false;
        while (failure == null && !unsent.isEmpty() && inFlight.get() < MAX_IN_FLIGHT) {
            Sealed sealed = unsent.removeFirst();
            inFlight.incrementAndGet();
            log.send(sealed.source(), sealed.bytes(), sealed.headers(), e -> {
                if (e == null) {
                    sealed.acknowledge();
                } else {
                    failure = e;
                }
                inFlight.decrementAndGet();
                wake.run();
            });
            sent = true;
        }
        return sent;
    }
}
