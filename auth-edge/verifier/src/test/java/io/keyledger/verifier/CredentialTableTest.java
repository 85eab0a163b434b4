package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.verifier.CredentialTable.Found;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table against a plain map with the rule written out, over random logs; the seed of a failure is in its name. */
class CredentialTableTest {
    /** Credentials that readers look at all the time. */
    private static final int HOT = 8;

    private static final State[] STATES = State.values();
    private static final KeyKind[] KINDS = KeyKind.values();
    private static final Scope[] SCOPES = Scope.values();

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    /** What the view did when it was a map. */
    private static final class Model {
        private final Map<CredentialId, CredentialRecord> credentials = new HashMap<>();

        void apply(CredentialRecord record) {
            credentials.merge(record.credentialId(), record, (before, next) -> {
                if (before.state().terminal() != next.state().terminal()) {
                    return before.state().terminal() ? before : next;
                }
                return next.revision() > before.revision() ? next : before;
            });
        }

        void forget(CredentialId id) {
            credentials.computeIfPresent(id, (_, before) -> before.state().terminal() ? before : null);
        }

        Map<String, Record> contents() {
            Map<String, Record> contents = new TreeMap<>();
            credentials.forEach((id, record) -> contents.put(id.value(), record));
            return contents;
        }
    }

    /**
     * A record all of whose parts follow from the id, the revision and the state, so that a torn one shows: parts that
     * change seldom change with every 20th revision.
     */
    private static CredentialRecord record(CredentialId id, long revision, State state) {
        long seldom = revision / 20;
        SplittableRandom parts = new SplittableRandom(id.value().hashCode() * 31L + seldom);
        byte[] verifier = new byte[32];
        parts.nextBytes(verifier);
        Instant notAfter = time(parts);
        return new CredentialRecord(
                id,
                new KeyId("key_" + ulid(parts)),
                new TenantId("t_" + parts.nextInt(5)),
                revision,
                state,
                KINDS[parts.nextInt(KINDS.length)],
                SCOPES[(int) (revision % SCOPES.length)],
                new OwnerId("svc_" + parts.nextInt(50)),
                name(parts),
                revision % 3 == 0,
                notAfter,
                parts.nextBoolean() ? notAfter : time(parts),
                "p" + parts.nextInt(3),
                Base64.getUrlEncoder().withoutPadding().encodeToString(verifier));
    }

    private static @Nullable Instant time(SplittableRandom parts) {
        return parts.nextInt(3) == 0 ? null : Instant.EPOCH.plusNanos(parts.nextLong(-1L << 40, 1L << 52) * 1_000);
    }

    private static String ulid(SplittableRandom parts) {
        StringBuilder text = new StringBuilder().append((char) ('0' + parts.nextInt(8)));
        parts.ints(25, 0, 32).forEach(i -> text.append("0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(i)));
        return text.toString();
    }

    private static String name(SplittableRandom parts) {
        return switch (parts.nextInt(5)) {
            case 0 -> "";
            case 1 -> "ci deploy " + parts.nextInt(100);
            case 2 -> "Zürich/日本-" + parts.nextLong();
            case 3 -> "x".repeat(parts.nextInt(300));
            default -> "key" + parts.nextInt();
        };
    }

    private static List<CredentialId> ids(int count) {
        return IntStream.range(0, count).mapToObj(_ -> Ids.newCredentialId()).toList();
    }

    private static KeyView view() {
        return new KeyView(Logs.PEPPERS);
    }

    private static boolean find(KeyView view, CredentialId id, Found found) {
        return view.table().find(Entry.half(id.value(), 0), Entry.half(id.value(), 6), found);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_table_holds_what_a_map_would(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<CredentialId> ids = ids(200 + random.nextInt(2_000));
        KeyView view = view();
        Model model = new Model();
        for (int offset = 0; offset < 10_000; offset++) {
            CredentialId id = ids.get(random.nextInt(ids.size()));
            Position at = new Position(Topics.CREDENTIALS, 0, offset);
            if (random.nextInt(6) == 0) {
                view.forget(at, id);
                model.forget(id);
            } else {
                // Few are terminal, so that much happens to the others.
                State state = STATES[random.nextInt(40) == 0 ? random.nextInt(STATES.length) : random.nextInt(2)];
                CredentialRecord record = record(id, random.nextInt(3_000), state);
                view.apply(at, record);
                model.apply(record);
            }
            if (offset % 999 == 0) {
                assertThat(view.contents()).isEqualTo(model.contents());
            }
        }
        assertThat(view.contents()).isEqualTo(model.contents());
        assertThat(view.size()).isEqualTo(model.credentials.size());
        Found found = new Found();
        for (CredentialId id : ids) {
            assertThat(find(view, id, found)).isEqualTo(model.credentials.containsKey(id));
        }
        ids(1_000).forEach(id -> assertThat(find(view, id, found)).isFalse());
    }

    /** Readers look at entries while the writer changes, forgets and adds, and segments grow and are written anew. */
    @Test
    void a_reader_never_sees_a_part_of_one_record_with_a_part_of_another() throws InterruptedException {
        List<CredentialId> ids = ids(3_000);
        KeyView view = view();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable String> torn = new AtomicReference<>();
        List<Thread> readers = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
            SplittableRandom random = new SplittableRandom(r);
            readers.add(Thread.ofPlatform().start(() -> {
                Found found = new Found();
                boolean[] there = new boolean[HOT];
                try {
                    while (!over.get()) {
                        int i = random.nextInt(HOT);
                        CredentialId id = ids.get(i);
                        if (!find(view, id, found)) {
                            // Those of even places are never forgotten.
                            if (there[i] && i % 2 == 0) {
                                torn.compareAndSet(null, id + " was there, and is not");
                            }
                        } else {
                            there[i] = true;
                            if (random.nextInt(8) == 0) {
                                CredentialRecord seen = view.table()
                                        .credential(found.data, found.slot)
                                        .record();
                                CredentialRecord whole = record(id, seen.revision(), state(seen.revision()));
                                if (!seen.equals(whole)) {
                                    torn.compareAndSet(null, seen + " is not " + whole);
                                }
                            }
                        }
                    }
                } catch (RuntimeException e) {
                    torn.compareAndSet(null, e.toString());
                }
            }));
        }
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 150_000 && torn.get() == null; i++) {
            int chosen = random.nextInt(10) == 0 ? random.nextInt(ids.size()) : random.nextInt(HOT);
            CredentialId id = ids.get(chosen);
            Position at = new Position(Topics.CREDENTIALS, 0, i);
            if (chosen % 2 == 1 && random.nextInt(10) == 0) {
                view.forget(at, id);
            } else {
                view.apply(at, record(id, i, state(i)));
            }
        }
        over.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(torn.get()).isNull();
    }

    private static State state(long revision) {
        return revision % 2 == 0 ? State.ACTIVE : State.SUSPENDED;
    }

    /** Each reader's own view of one credential only ever moves on. */
    @Test
    void a_reader_never_sees_an_older_revision_after_a_newer_one() throws InterruptedException {
        List<CredentialId> ids = ids(64);
        KeyView view = view();
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean back = new AtomicBoolean();
        Thread reader = Thread.ofPlatform().start(() -> {
            Found found = new Found();
            long[] last = new long[ids.size()];
            while (!over.get()) {
                for (int i = 0; i < last.length; i++) {
                    if (find(view, ids.get(i), found)) {
                        long revision = Slot.revision(found.slot, found.data);
                        if (revision < last[i]) {
                            back.set(true);
                        }
                        last[i] = revision;
                    }
                }
            }
        });
        for (int i = 0; i < 100_000; i++) {
            view.apply(new Position(Topics.CREDENTIALS, 0, i), record(ids.get(i % ids.size()), i, state(i)));
        }
        over.set(true);
        reader.join();
        assertThat(back).isFalse();
    }

    /** So that it costs what a known one costs: another entry, not a few bytes that are always at hand. */
    @Test
    void an_unknown_id_is_compared_with_one_that_is_there() {
        KeyView view = view();
        Found found = new Found();
        assertThat(find(view, Ids.newCredentialId(), found)).isFalse();
        assertThat(found.data).isNotEmpty();
        List<CredentialId> ids = ids(20_000);
        for (int i = 0; i < ids.size(); i++) {
            view.apply(new Position(Topics.CREDENTIALS, 0, i), record(ids.get(i), 1, State.ACTIVE));
        }
        Set<CredentialId> there = Set.copyOf(ids);
        for (CredentialId unknown : ids(1_000)) {
            assertThat(find(view, unknown, found)).isFalse();
            assertThat(there).contains(Entry.credentialId(found.data, found.at()));
        }
    }

    @Test
    void revisions_of_any_size_are_kept_and_compared() {
        KeyView view = view();
        CredentialId id = Ids.newCredentialId();
        long[] revisions = {0, (1L << 24) - 2, (1L << 24) - 1, 1L << 24, 1L << 40, Long.MAX_VALUE};
        for (int i = 0; i < revisions.length; i++) {
            CredentialRecord record = record(id, revisions[i], State.ACTIVE);
            view.apply(new Position(Topics.CREDENTIALS, 0, 2L * i), record);
            assertThat(view.contents()).containsEntry(id.value(), record);
            view.apply(
                    new Position(Topics.CREDENTIALS, 0, 2L * i + 1),
                    record(id, Math.max(0, revisions[i] - 1), State.SUSPENDED));
            assertThat(view.contents()).containsEntry(id.value(), record);
        }
    }

    @Test
    void a_record_that_cannot_be_held_changes_nothing_and_its_position_is_not_reached() {
        KeyView view = view();
        CredentialId id = Ids.newCredentialId();
        CredentialRecord good = record(id, 1, State.ACTIVE);
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), good);
        CredentialRecord bad = new CredentialRecord(
                id,
                good.keyId(),
                good.tenant(),
                2,
                State.ACTIVE,
                good.kind(),
                good.scope(),
                good.owner(),
                good.keyName(),
                false,
                null,
                null,
                "p1",
                "AAAA");
        assertThatThrownBy(() -> view.apply(new Position(Topics.CREDENTIALS, 0, 1), bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes");
        assertThat(view.contents()).containsEntry(id.value(), good);
        assertThat(view.applied(Topics.CREDENTIALS, 0)).isEqualTo(1);
    }

    @Test
    void names_beyond_the_room_for_heads_are_kept_whole() {
        NameHeads heads = new NameHeads();
        for (int i = 0; i < NameHeads.MOST; i++) {
            assertThat(heads.number("head" + i + " ")).isEqualTo(i + 1);
        }
        assertThat(heads.number("one more ")).isZero();
        assertThat(heads.number("head7 ")).isEqualTo(8);
        assertThat(heads.head(NameHeads.MOST)).isEqualTo("head" + (NameHeads.MOST - 1) + " ");
    }
}
