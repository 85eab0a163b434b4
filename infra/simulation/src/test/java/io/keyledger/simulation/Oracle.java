package io.keyledger.simulation;

import io.keyledger.edge.core.Decision;
import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.simulation.World.Secret;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Knows all that was decided and answered, and says where it does not hold together. */
final class Oracle {
    /** So much a clock may run slow, and a little for rounding. */
    private static final double SLOWEST = 0.99;

    private static final double ROUNDING_MILLIS = 2;
    private static final Set<Code> ENDED = Set.of(Code.REVOKED, Code.EXPIRED, Code.REPLACED, Code.DELETED);

    private final World world;
    private final Set<Secret> created = new HashSet<>();
    private final Set<Secret> effective = new HashSet<>();
    private final Map<String, Code> refusedAsEnded = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Set<String> accepted = new HashSet<>();
    private long refused;
    private boolean logLost;
    private boolean refusalsLost;
    private final Set<String> losers = new HashSet<>();

    /** When each record of a partition was known to be published, by offset. */
    private final List<TreeMap<Long, Long>> published = new ArrayList<>();

    Oracle(World world) {
        this.world = world;
        for (int i = 0; i < 6; i++) {
            published.add(new TreeMap<>());
        }
    }

    void created(Secret key) {
        created.add(key);
    }

    void effective(Secret key) {
        effective.add(key);
        world.trace("effective: revocation of %s", key.key());
    }

    void published(int partition, long offset) {
        published.get(partition).putIfAbsent(offset, world.now());
    }

    /** A new process of command-service has asked where the topics end: all before that is published. */
    void endsAreKnown() {
        for (int i = 0; i < 6; i++) {
            for (long offset = 0;
                    offset < world.broker.log(Topics.CREDENTIALS, i).end();
                    offset++) {
                published(i, offset);
            }
        }
    }

    /** From here on nobody can know what was lost: only what edges themselves have seen still has to hold. */
    void logLost() {
        logLost = true;
        forgetWhatNobodyPromised();
    }

    /** What it noted since its last image may be gone; as long as there is the log, ends are not. */
    void notesLost(Edge edge) {
        losers.add(edge.name());
        forgetWhatNobodyPromised();
    }

    /** Refusals are counted over the death of a process. What a loss of power takes of them, nobody promised. */
    void refusalsLost() {
        refusalsLost = true;
    }

    private void forgetWhatNobodyPromised() {
        refusedAsEnded
                .entrySet()
                .removeIf(e ->
                        losers.contains(e.getKey().substring(0, e.getKey().indexOf(' ')))
                                && (logLost || e.getValue() != Code.REVOKED));
    }

    void asked(String id) {
        asked.add(id);
    }

    /** @param applied of the credentials when it was asked */
    void answered(
            Edge edge, Secret key, boolean right, String id, Decision decision, Instant floor, List<Long> applied) {
        asked.remove(id);
        world.trace("%s says %s to %s, age %d", edge, decision.code(), key.key(), decision.viewAgeMillis());
        if (!decision.accepted()) {
            refused++;
            if (right && ENDED.contains(decision.code())) {
                refusedAsEnded.putIfAbsent(memory(edge, key), decision.code());
            }
            return;
        }
        accepted.add(id);
        if (!right || !created.contains(key)) {
            throw new Violation(
                    "G5",
                    "%s accepts %s, which %s"
                            .formatted(edge, key.key(), right ? "was not made" : "has another secret"));
        }
        if (!logLost && effective.contains(key)) {
            throw new Violation("G3", edge + " accepts " + key.key() + ", of which the revocation is effective");
        }
        Code before = refusedAsEnded.get(memory(edge, key));
        if (before != null) {
            throw new Violation("G4", edge + " accepts " + key.key() + ", which it has refused as " + before.wire());
        }
        Credential credential = Objects.requireNonNull(decision.verdict().credential());
        Instant end = credential.notAfter();
        if (credential.state() != State.ACTIVE || end != null && !floor.isBefore(end)) {
            throw new Violation(
                    "G12", "%s accepts %s until %s, and knows that it is %s".formatted(edge, key.key(), end, floor));
        }
        age(edge, decision, applied);
    }

    private static String memory(Edge edge, Secret key) {
        return edge.name() + " " + key.key();
    }

    /** An edge never says that the view from which it answers is younger than it is (G10). */
    private void age(Edge edge, Decision decision, List<Long> applied) {
        if (logLost) {
            return;
        }
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            Map.Entry<Long, Long> missing = published.get(i).ceilingEntry(applied.get(i));
            if (missing != null) {
                oldest = Math.min(oldest, missing.getValue());
            }
        }
        double age = oldest == Long.MAX_VALUE ? 0 : (world.now() - oldest) * SLOWEST / 1e6;
        if (decision.viewAgeMillis() + ROUNDING_MILLIS < age) {
            throw new Violation(
                    "G10", "%s says %d ms, and has missed for %.0f ms".formatted(edge, decision.viewAgeMillis(), age));
        }
    }

    // What is in the audit so far, repeats by id taken out.
    private int read;
    private final Map<String, byte[]> byId = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, String> heads = new HashMap<>();
    private final Map<String, Long> uses = new HashMap<>();
    private long used;
    private long told;

    private void readOn() {
        for (; read < world.broker.activity.size(); read++) {
            byte[] bytes = world.broker.activity.get(read);
            CloudEvent event = Objects.requireNonNull(CloudEvent.read(bytes));
            byte[] before = byId.putIfAbsent(event.id(), bytes);
            if (before != null) {
                if (!Arrays.equals(before, bytes)) {
                    throw new Violation("G2", "one id has two forms: " + event.id());
                }
                continue;
            }
            long last = sequences.getOrDefault(event.source(), 0L);
            if (event.sequence() != last + 1
                    || !event.prevHash().equals(heads.getOrDefault(event.source(), CloudEvent.GENESIS))) {
                throw new Violation(
                        "G2", "event %d of %s follows %d".formatted(event.sequence(), event.source(), last));
            }
            sequences.put(event.source(), event.sequence());
            heads.put(event.source(), CloudEvent.hash(bytes));
            switch (event.data()) {
                case KeyUsed use -> {
                    used += use.count();
                    String request = event.requestId();
                    if (request != null) {
                        uses.merge(request, use.count(), Long::sum);
                    }
                }
                case AuthFailed failed -> told += failed.count();
                default -> {}
            }
        }
    }

    /** Whether all that was answered is in the audit by now. Throws when something is in it that must not be. */
    boolean complete() {
        readOn();
        return used >= accepted.size() && (told >= refused || refusalsLost);
    }

    /** It does not become what it has to become. */
    void unsettled() {
        if (!complete()) {
            throw new Violation(
                    "G6",
                    "of %d accepted and %d refused ones %d and %d are in the audit"
                            .formatted(accepted.size(), refused, used, told));
        }
        world.command.checkLedger();
        throw new Violation(
                "L1", "not all edges have a lease, or not all revocations are effective, long after healing");
    }

    void atTheEnd() {
        // Those whose edge died before it answered may be in the audit, once.
        if (used > accepted.size() + asked.size() || told > refused + asked.size()) {
            throw new Violation("G6", "more is in the audit than was asked");
        }
        if (!world.bySecond && !uses.keySet().containsAll(accepted)) {
            throw new Violation("G6", "not every accepted one is in the audit");
        }
        uses.forEach((request, count) -> {
            if (count != 1) {
                throw new Violation("G6", request + " is in the audit " + count + " times");
            }
            if (!accepted.contains(request) && !asked.contains(request)) {
                throw new Violation("G6", request + " is in the audit as accepted, and was not");
            }
        });
        world.command.checkLedger();
        for (Edge edge : world.edges) {
            if (edge.uncounted() > 0) {
                throw new Violation("G6", edge + " has refusals that it did not count");
            }
            for (Secret key : world.keys) {
                Boolean good = world.command.good(key);
                Code verdict = edge.verdict(key);
                if (good != null && good != (verdict == Code.ACCEPTED)) {
                    throw new Violation(
                            "L1", "%s says %s to %s, long after healing".formatted(edge, verdict, key.key()));
                }
            }
        }
    }
}
