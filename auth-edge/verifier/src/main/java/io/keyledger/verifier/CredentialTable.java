package io.keyledger.verifier;

import io.keyledger.events.view.CredentialRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Every credential by its id: open addressing over primitive arrays, some 90 bytes each. One thread writes; any number reads,
 * without a lock, a retry or a wait.
 *
 * <p><b>How.</b> The id's hash chooses one of {@value #SEGMENTS} segments. A segment is an array of {@link Slot}s, searched
 * from the hash's place on, and an array of {@link Entry} bytes. Slots are read and written as volatiles, each is one long.
 * The bytes of an entry are written before the slot that names them, and never again: so whoever has read the slot sees all
 * of that entry, of that moment (JLS 17.4.5: the write of the bytes, the write of the slot, its read, the read of the
 * bytes), and nothing that the writer puts beside it disturbs them (17.6). A change of state is one store to the slot; any
 * other change is a new entry and then one store to the slot.
 *
 * <p>A segment without room is copied, without what is not used any more, and published by one volatile store. Nothing is
 * written to the old one from then on, and the collector takes it when the last reader has left it: a reader that had come
 * to it before sees what was true when it came, just as if it had been a little faster. Volatile rather than release and
 * acquire: readers pay nothing for it, and the writer's store is out before the acknowledgement that it sends next.
 *
 * <p>One segment at a time is copied, so nothing stands still for longer than that takes: at ten million credentials each
 * has some ten thousand, under a megabyte.
 *
 * <p>Presented ids are a stranger's choice, so the hash takes a seed that only this process knows.
 */
final class CredentialTable {
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Segment[].class);

    private static final int SEGMENT_BITS = 10;
    static final int SEGMENTS = 1 << SEGMENT_BITS;

    /** Of eight slots at most seven are used. */
    private static final int EIGHTHS_USED = 7;

    /**
     * What a segment that grows gets beyond its need, as parts of that: little is held in reserve, much is copied. Segments are
     * of one size but for chance, so each has a part of its own: else all would grow, and be emptiest, at the same time.
     */
    private static final int RESERVED_BYTES = 16;

    private static final int RESERVED_SLOTS = 6;
    private static final int BYTES_APART = 17;
    private static final int SLOTS_APART = 7;
    private static final int LEAST_RESERVED_BYTES = 256;
    private static final int LEAST_RESERVED_SLOTS = 4;

    /** With more than such a part of its bytes not used any more, a segment is written anew when it is copied. */
    private static final int TOO_MUCH_UNUSED = 16;

    private final Segment[] segments = new Segment[SEGMENTS];
    private final Segment nobody;
    private final long seedA;
    private final long seedB;
    private final Function<CredentialRecord, Party> parties;
    private final Map<Party, Integer> partyNumbers = new HashMap<>();
    private volatile Party[] partyOf = new Party[16];
    private final NameHeads heads = new NameHeads();
    private final byte[] scratch = new byte[Entry.MAX_BYTES];
    private volatile int size;
    private int entries;

    /** The arrays are shared with readers, the counts are the writer's. */
    private static final class Segment {
        final long[] slots;
        final byte[] data;
        int end;
        int unused;
        /** Entries, and places of forgotten ones. */
        int taken;

        /** @param end of the entries; the first is at 1, so that no slot with an entry is 0 */
        Segment(long[] slots, byte[] data, int end) {
            this.slots = slots;
            this.data = data;
            this.end = end;
        }
    }

    /**
     * What a search has found, to be reused by one thread. It stays as it is, whatever is written later, and keeps a segment
     * from being collected.
     */
    static final class Found {
        private static final byte[] NOTHING = {};

        byte[] data = NOTHING;
        long slot;

        int at() {
            return Slot.place(slot);
        }

        void clear() {
            data = NOTHING;
            slot = Slot.EMPTY;
        }
    }

    /**
     * An empty table.
     *
     * @param parties makes the party of a record; asked once for each
     * @param nobody a credential that nobody has
     */
    CredentialTable(SplittableRandom seed, Function<CredentialRecord, Party> parties, CredentialRecord nobody) {
        this.seedA = seed.nextLong();
        this.seedB = seed.nextLong();
        this.parties = parties;
        int length = write(nobody);
        byte[] data = new byte[1 + length];
        System.arraycopy(scratch, 0, data, 1, length);
        this.nobody = new Segment(new long[] {Slot.of(1, 0, nobody)}, data, data.length);
    }

    /** Credentials in it. From any thread. */
    int size() {
        return size;
    }

    Party party(byte[] data, int at) {
        return partyOf[Entry.party(data, at)];
    }

    NameHeads heads() {
        return heads;
    }

    /**
     * Looks an id up, given as two numbers of base 62. From any thread; allocates nothing.
     *
     * @param found is what was found; for an id that is not there some other credential, so that whoever goes on with it
     *     touches as much memory as with one that is
     * @return whether it is there
     */
    boolean find(long high, long low, Found found) {
        long hash = hash(high, low);
        Segment segment = (Segment) SEGMENT.getVolatile(segments, segmentOf(hash));
        if (segment == null) {
            return nobody(found);
        }
        long[] slots = segment.slots;
        byte[] data = segment.data;
        int tag = tagOf(hash);
        int last = slots.length - 1;
        int i = homeOf(hash, slots.length);
        long other = Slot.EMPTY;
        for (; ; ) {
            long slot = (long) SLOTS.getVolatile(slots, i);
            if (slot == Slot.EMPTY) {
                break;
            }
            if (slot != Slot.GONE) {
                if (Slot.tag(slot) == tag && Entry.isOf(data, Slot.place(slot), high, low)) {
                    found.data = data;
                    found.slot = slot;
                    return true;
                }
                other = slot;
            }
            i = i == last ? 0 : i + 1;
        }
        // Not there. The next best entry, in the order of the slots.
        for (int looked = 0; other == Slot.EMPTY && looked <= last; looked++) {
            long slot = (long) SLOTS.getVolatile(slots, i);
            other = slot == Slot.GONE ? Slot.EMPTY : slot;
            i = i == last ? 0 : i + 1;
        }
        if (other == Slot.EMPTY) {
            return nobody(found);
        }
        // The found ones had their id read.
        found.data = data;
        found.slot = other;
        return Entry.isOf(data, Slot.place(other), high, low);
    }

    private boolean nobody(Found found) {
        found.data = nobody.data;
        found.slot = nobody.slots[0];
        return false;
    }

    /**
     * Takes a record in, instead of the one before it. By the writer only.
     *
     * @throws IllegalArgumentException when it cannot be held; the table is then as before
     */
    void put(CredentialRecord record) {
        String id = record.credentialId().value();
        long high = Entry.half(id, 0);
        long low = Entry.half(id, id.length() / 2);
        long hash = hash(high, low);
        int number = segmentOf(hash);
        int length = write(record);
        Segment segment = segments[number];
        if (segment == null) {
            segment = new Segment(new long[slotsFor(0, number)], new byte[1 + length + LEAST_RESERVED_BYTES], 1);
            SEGMENT.setVolatile(segments, number, segment);
        }
        int i = indexOf(segment, hash, high, low);
        int lengthBefore = 0;
        if (i >= 0) {
            long before = segment.slots[i];
            int at = Slot.place(before);
            lengthBefore = Entry.length(segment.data, at);
            if (Arrays.equals(scratch, 0, length, segment.data, at, at + lengthBefore)) {
                SLOTS.setVolatile(segment.slots, i, Slot.of(at, Slot.tag(before), record));
                return;
            }
        }
        boolean full = i < 0 && (segment.taken + 1) * 8L > segment.slots.length * (long) EIGHTHS_USED;
        if (full || segment.data.length - segment.end < length) {
            segment = copied(segment, number, length, full);
            SEGMENT.setVolatile(segments, number, segment);
            i = indexOf(segment, hash, high, low);
        }
        int place = segment.end;
        System.arraycopy(scratch, 0, segment.data, place, length);
        segment.end += length;
        segment.unused += lengthBefore;
        if (i < 0) {
            i = freeIndex(segment.slots, hash);
            segment.taken += segment.slots[i] == Slot.EMPTY ? 1 : 0;
            size = ++entries;
        }
        SLOTS.setVolatile(segment.slots, i, Slot.of(place, tagOf(hash), record));
    }

    /** Takes the credential out that {@link #find} would find. By the writer only. */
    void remove(long high, long low) {
        long hash = hash(high, low);
        Segment segment = segments[segmentOf(hash)];
        int i = segment == null ? -1 : indexOf(segment, hash, high, low);
        if (segment != null && i >= 0) {
            segment.unused += Entry.length(segment.data, Slot.place(segment.slots[i]));
            SLOTS.setVolatile(segment.slots, i, Slot.GONE);
            size = --entries;
        }
    }

    /** Everything that is there, in no order. By the writer, or by a reader that does without what comes meanwhile. */
    void forEach(Consumer<Credential> action) {
        for (int i = 0; i < SEGMENTS; i++) {
            Segment segment = (Segment) SEGMENT.getVolatile(segments, i);
            for (int k = 0; segment != null && k < segment.slots.length; k++) {
                long slot = (long) SLOTS.getVolatile(segment.slots, k);
                if (Slot.isEntry(slot)) {
                    action.accept(credential(segment.data, slot));
                }
            }
        }
    }

    Credential credential(byte[] data, long slot) {
        return new Credential(party(data, Slot.place(slot)), heads, data, slot);
    }

    /**
     * One part of the table, for a copy of it: entries without gaps, and for each the slot that names it.
     *
     * @param data entries from 1 on, {@code length} bytes with the one before them
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(byte[] data, int length, long[] slots, int entries) {}

    /** What that segment holds at this moment. From any thread. */
    Part part(int number) {
        Segment segment = (Segment) SEGMENT.getVolatile(segments, number);
        if (segment == null) {
            return new Part(new byte[1], 1, new long[0], 0);
        }
        long[] slots = new long[segment.slots.length];
        byte[] data = new byte[segment.data.length];
        int entries = 0;
        int end = 1;
        for (int i = 0; i < segment.slots.length; i++) {
            long slot = (long) SLOTS.getVolatile(segment.slots, i);
            if (Slot.isEntry(slot)) {
                // Each entry lies in the segment once, but for one that is written again meanwhile.
                int length = Entry.length(segment.data, Slot.place(slot));
                if (data.length - end < length) {
                    data = Arrays.copyOf(data, data.length + Math.max(data.length / 8, length));
                }
                System.arraycopy(segment.data, Slot.place(slot), data, end, length);
                slots[entries++] = Slot.at(slot, end);
                end += length;
            }
        }
        return new Part(data, end, slots, entries);
    }

    /**
     * Takes a part over that a table of the same seed has given, into a segment that is empty. By the writer only.
     *
     * @param from where in {@code data} the part's own begins
     * @return whether it was such a part
     */
    boolean restore(int number, byte[] data, int from, int length, long[] slots) {
        if (number < 0 || number >= SEGMENTS || segments[number] != null) {
            return false;
        }
        byte[] own = new byte[length + Math.max(length / RESERVED_BYTES, LEAST_RESERVED_BYTES)];
        System.arraycopy(data, from, own, 0, length);
        Segment segment = new Segment(new long[slotsFor(slots.length, number)], own, length);
        for (long slot : slots) {
            int at = Slot.place(slot);
            if (at < 1 || at >= length) {
                return false;
            }
            long hash = hash(Entry.high(own, at), Entry.low(own, at));
            if (segmentOf(hash) != number || Slot.tag(slot) != tagOf(hash)) {
                return false;
            }
            int i = indexOf(segment, hash, Entry.high(own, at), Entry.low(own, at));
            if (i < 0) {
                segment.slots[freeIndex(segment.slots, hash)] = slot;
                segment.taken++;
            } else if (wins(slot, segment.slots[i], own)) {
                // Forgotten and made again while the part was taken, so that it was met twice.
                segment.slots[i] = slot;
            }
        }
        entries += segment.taken;
        size = entries;
        SEGMENT.setVolatile(segments, number, segment);
        return true;
    }

    /** Of two records of one credential a terminal state wins, then the higher revision. */
    static boolean wins(long slot, long other, byte[] data) {
        boolean terminal = Slot.state(slot).terminal();
        return terminal == Slot.state(other).terminal()
                ? Slot.revision(slot, data) > Slot.revision(other, data)
                : terminal;
    }

    /** Those that entries name by their place here. From any thread; later ones may be missing. */
    Party[] parties() {
        Party[] all = partyOf;
        int count = 0;
        while (count < all.length && all[count] != null) {
            count++;
        }
        return Arrays.copyOf(all, count);
    }

    /** Gives a party a number, unless it has one; whether it is that number. By the writer only. */
    boolean add(Party party, int expected) {
        return number(party) == expected;
    }

    /** Writes the entry of {@code record} to {@link #scratch}. */
    private int write(CredentialRecord record) {
        String name = record.keyName();
        int headLength = NameHeads.headOf(name);
        int head = headLength == 0 ? 0 : heads.number(name.substring(0, headLength));
        return Entry.write(
                scratch,
                record,
                number(parties.apply(record)),
                head,
                head == 0 ? 0 : headLength,
                Slot.isLarge(record.revision()));
    }

    private int number(Party party) {
        Integer known = partyNumbers.get(party);
        if (known != null) {
            return known;
        }
        int number = partyNumbers.size();
        Party[] all = partyOf;
        if (number == all.length) {
            all = Arrays.copyOf(all, 2 * all.length);
        }
        all[number] = party.ready();
        // Before the slot that names it.
        partyOf = all;
        partyNumbers.put(party, number);
        return number;
    }

    /** A copy with room for {@code more} bytes, and with more slots if these are full. */
    private Segment copied(Segment from, int number, int more, boolean full) {
        boolean anew = from.unused > from.end / TOO_MUCH_UNUSED;
        int used = (anew ? from.end - from.unused : from.end) + more;
        long room = used + (long) Math.max(used / (RESERVED_BYTES + number % BYTES_APART), LEAST_RESERVED_BYTES);
        if (room > Slot.MAX_PLACE) {
            throw new IllegalStateException("the view is full: a segment would have " + room + " bytes");
        }
        byte[] data = anew ? new byte[(int) room] : Arrays.copyOf(from.data, (int) room);
        if (!anew && !full) {
            Segment to = new Segment(from.slots.clone(), data, from.end);
            to.unused = from.unused;
            to.taken = from.taken;
            return to;
        }
        int entries = 0;
        for (long slot : from.slots) {
            entries += Slot.isEntry(slot) ? 1 : 0;
        }
        Segment to = new Segment(new long[slotsFor(entries + 1, number)], data, anew ? 1 : from.end);
        to.unused = anew ? 0 : from.unused;
        to.taken = entries;
        for (long slot : from.slots) {
            if (Slot.isEntry(slot)) {
                int at = Slot.place(slot);
                int place = at;
                if (anew) {
                    int length = Entry.length(from.data, at);
                    place = to.end;
                    System.arraycopy(from.data, at, data, place, length);
                    to.end += length;
                }
                int i = freeIndex(to.slots, hash(Entry.high(from.data, at), Entry.low(from.data, at)));
                to.slots[i] = Slot.at(slot, place);
            }
        }
        return to;
    }

    private static int slotsFor(int entries, int number) {
        int part = RESERVED_SLOTS + number % SLOTS_APART;
        int used = entries + Math.max(entries / part, LEAST_RESERVED_SLOTS);
        return Math.ceilDiv(used * 8, EIGHTHS_USED) + 1;
    }

    /** The index of the slot of that id, or -1. The writer's. */
    private static int indexOf(Segment segment, long hash, long high, long low) {
        long[] slots = segment.slots;
        int tag = tagOf(hash);
        int i = homeOf(hash, slots.length);
        for (long slot = slots[i]; slot != Slot.EMPTY; slot = slots[i]) {
            if (slot != Slot.GONE && Slot.tag(slot) == tag && Entry.isOf(segment.data, Slot.place(slot), high, low)) {
                return i;
            }
            i = i + 1 == slots.length ? 0 : i + 1;
        }
        return -1;
    }

    /** The first slot from the hash's place on that holds no entry; there is one. */
    private static int freeIndex(long[] slots, long hash) {
        int i = homeOf(hash, slots.length);
        while (Slot.isEntry(slots[i])) {
            i = i + 1 == slots.length ? 0 : i + 1;
        }
        return i;
    }

    private long hash(long high, long low) {
        return mixed(mixed(high ^ seedA, low ^ seedB) ^ seedA, 0x9E37_79B9_7F4A_7C15L ^ seedB);
    }

    private static long mixed(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }

    private static int segmentOf(long hash) {
        return (int) (hash >>> Long.SIZE - SEGMENT_BITS);
    }

    private static int homeOf(long hash, int slots) {
        return (int) ((hash >>> 16 & 0xffff_ffffL) * slots >>> 32);
    }

    private static int tagOf(long hash) {
        return (int) hash & 0xff;
    }
}
