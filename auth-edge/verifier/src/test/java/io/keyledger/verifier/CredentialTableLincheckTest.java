package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.verifier.CredentialTable.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The table's one writer beside its readers, in every order of their steps that Lincheck comes to: each look-up finds what was there
 * at one moment between its beginning and its end, and whole. Lincheck takes memory for sequentially consistent; that whoever
 * has read a slot sees what was written before it is what slots are volatile for.
 */
@Param(name = "id", gen = IntGen.class, conf = "0:2")
@Param(name = "revision", gen = IntGen.class, conf = "1:3")
public class CredentialTableLincheckTest {
    private static final int IDS = 3;
    private static final int REVISIONS = 3;
    private static final int MANY = 10_000;
    private static final List<CredentialId> ID = idsOfOneSegment();

    /** Made once: they are no part of what is looked at. */
    private static final CredentialRecord[][] RECORDS = records();

    private final CredentialTable table = table();

    /** What the table is to whoever asks one thing after the other. */
    public static class OneAfterTheOther {
        private final Map<Integer, Integer> revisions = new HashMap<>();

        public void put(int id, int revision) {
            revisions.put(id, revision);
        }

        public void remove(int id) {
            revisions.remove(id);
        }

        public @Nullable String find(int id) {
            Integer revision = revisions.get(id);
            return revision == null ? null : told(revision, name(revision), state(revision));
        }
    }

    @Operation(
            params = {"id", "revision"},
            nonParallelGroup = "writer")
    public void put(int id, int revision) {
        table.put(RECORDS[id][revision]);
    }

    @Operation(params = "id", nonParallelGroup = "writer")
    public void remove(int id) {
        table.remove(high(id), low(id));
    }

    @Operation(params = "id")
    public @Nullable String find(int id) {
        Found found = new Found();
        if (!table.find(high(id), low(id), found)) {
            return null;
        }
        return told(
                (int) Slot.revision(found.slot, found.data),
                table.credential(found.data, found.slot).keyName(),
                Slot.state(found.slot));
    }

    @Test
    void each_look_up_finds_what_was_there_at_one_moment() {
        new ModelCheckingOptions()
                .sequentialSpecification(OneAfterTheOther.class)
                .threads(3)
                .actorsBefore(3)
                .actorsPerThread(3)
                .actorsAfter(1)
                .iterations(12)
                .invocationsPerIteration(250)
                // There is none that waits for another thread; the longest go over the letters of an entry.
                .loopBound(MANY)
                .loopIterationsBeforeThreadSwitch(MANY)
                // Lincheck 3.7 knows no views of bytes as numbers. What they are used for, reading and writing the
                // bytes of one
                // entry, is here one step; when these bytes come to be where readers look, is not.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(Entry.class.getName())
                        .allMethods()
                        .ignore())
                .check(CredentialTableLincheckTest.class);
    }

    /** All that differs from revision to revision, in the slot and in the entry. */
    private static String told(int revision, String name, State state) {
        return revision + " " + name + " " + state;
    }

    /** Of different lengths, so that entries lie differently and segments run full. */
    private static String name(int revision) {
        return "x".repeat(20 * revision) + revision;
    }

    private static State state(int revision) {
        return revision == 2 ? State.SUSPENDED : State.ACTIVE;
    }

    private static CredentialTable table() {
        KeyView view = new KeyView(new Peppers("p1", Map.of("p1", new byte[32])), 1);
        return new CredentialTable(
                new SplittableRandom(1),
                record -> view.party(record.tenant(), record.owner(), record.pepper(), record.policy()),
                record(new CredentialId("0".repeat(CredentialId.LENGTH)), 1));
    }

    /** Ids that meet in one segment. */
    private static List<CredentialId> idsOfOneSegment() {
        CredentialTable table = table();
        int[] entries = new int[CredentialTable.SEGMENTS];
        Map<Integer, List<CredentialId>> bySegment = new HashMap<>();
        for (int n = 1; ; n++) {
            CredentialId id = new CredentialId("%012d".formatted(n));
            table.put(record(id, 1));
            int segment = 0;
            while (table.part(segment).entries() == entries[segment]) {
                segment++;
            }
            entries[segment]++;
            List<CredentialId> together = bySegment.computeIfAbsent(segment, _ -> new ArrayList<>());
            together.add(id);
            if (together.size() == IDS) {
                return together;
            }
        }
    }

    private static CredentialRecord[][] records() {
        CredentialRecord[][] records = new CredentialRecord[IDS][REVISIONS + 1];
        for (int id = 0; id < IDS; id++) {
            for (int revision = 1; revision <= REVISIONS; revision++) {
                records[id][revision] = record(ID.get(id), revision);
            }
        }
        return records;
    }

    private static CredentialRecord record(CredentialId id, int revision) {
        return new CredentialRecord(
                id,
                new KeyId("key_" + "0".repeat(25) + "1"),
                TenantId.DEFAULT,
                revision,
                state(revision),
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId("svc_lin"),
                name(revision),
                true,
                null,
                null,
                "p1",
                "A".repeat(43));
    }

    private static long high(int id) {
        return Entry.half(ID.get(id).value(), 0);
    }

    private static long low(int id) {
        return Entry.half(ID.get(id).value(), CredentialId.LENGTH / 2);
    }
}
