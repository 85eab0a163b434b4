package io.keyledger.verifier;

import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A view as bytes: all that {@link KeyView} holds, with its positions. Written beside the running view without disturbing it,
 * read into a new one; read, it is as if the records had been applied one by one.
 *
 * <p>Sections of {@code length u32, crc32c u32, payload}: one head, one for each part of the table that is not empty, then
 * what these refer to, then one that says how many there were. The positions are taken before the first part of the table is
 * looked at: so the image may hold more than they say, never less, and what is more is applied again without effect.
 *
 * <p>It is for the program that wrote it and its like: another form of the entries, another ring of peppers or another
 * instance make it useless, and then the log is read. It holds verifiers, and the seed of the table's hash.
 */
public final class ViewImage {
    /** Grows whenever the bytes of an entry, a slot or a section get another form. */
    private static final int VERSION = 1;

    private static final long MAGIC = 0x4b4c_2d56_4945_570aL;
    private static final int HEADER = 2 * Integer.BYTES;
    private static final int SOME = 1 << 16;

    private static final byte SEGMENT = 1;
    private static final byte PARTIES = 2;
    private static final byte HEADS = 3;
    private static final byte PRINCIPALS = 4;
    private static final byte END = 5;

    private ViewImage() {}

    /** Where an image goes to. */
    @FunctionalInterface
    public interface Sink {
        /** Takes all that remains of it. */
        void write(ByteBuffer bytes) throws IOException;
    }

    /** Where an image comes from. */
    @FunctionalInterface
    public interface Source {
        /** Fills the buffer, or as much of it as there is left. */
        void read(ByteBuffer bytes) throws IOException;
    }

    /**
     * What goes with a view.
     *
     * @param topics Kafka's id of each view topic, as far as it is known
     * @param time edge time: it was not earlier when the image was made
     */
    public record About(String instance, Map<String, String> topics, Instant time) {}

    /** A view, and what went with it. */
    public record Read(KeyView view, About about) {}

    /** The image is damaged, or not for this edge. */
    public static final class UnusableException extends IOException {
        private static final long serialVersionUID = 1;

        UnusableException(String message) {
            super(message);
        }
    }

    /** Writes the view. From any thread, while another one applies records. */
    public static void write(KeyView view, About about, Sink to) throws IOException {
        Writer out = new Writer(to);
        Map<KeyView.Partition, Long> positions = view.positions();
        out.begin();
        out.put(MAGIC).put(VERSION).put(layout()).put(view.peppers().fingerprint());
        out.put(about.instance()).put(Entry.micros(about.time())).put(view.seed());
        out.put(about.topics().size());
        about.topics().forEach((topic, id) -> out.put(topic).put(id));
        out.put(positions.size());
        positions.forEach((at, next) -> out.put(at.topic()).put(at.number()).put(next));
        out.end();
        CredentialTable table = view.table();
        for (int i = 0; i < CredentialTable.SEGMENTS; i++) {
            CredentialTable.Part part = table.part(i);
            if (part.entries() > 0) {
                out.begin();
                out.put(SEGMENT).put(i).put(part.entries()).put(part.data(), part.length());
                for (int k = 0; k < part.entries(); k++) {
                    out.put(part.slots()[k]);
                }
                out.end();
            }
        }
        // After the entries, which name them by number.
        Party[] parties = table.parties();
        out.some(
                PARTIES,
                Arrays.asList(parties),
                party -> out.put(party.tenant().value())
                        .put(party.owner().value())
                        .put(party.pepperId())
                        .put(policy(party)));
        out.some(HEADS, Arrays.asList(table.heads().all()), out::put);
        out.some(PRINCIPALS, view.principals(), principal -> out.put(RecordJson.bytes(principal)));
        out.finish();
    }

    /**
     * Reads an image.
     *
     * @throws UnusableException when it is damaged, or not for an edge of that instance with those peppers
     */
    public static Read read(String instance, Peppers peppers, Source from) throws IOException {
        return read(instance, peppers, from, seed -> new KeyView(peppers, seed));
    }

    static Read read(String instance, Peppers peppers, Source from, LongFunction<KeyView> empty) throws IOException {
        Reader in = new Reader(from);
        in.next();
        if (in.number() != MAGIC || in.integer() != VERSION || !in.text().equals(layout())) {
            throw new UnusableException("written by another version");
        }
        if (!in.text().equals(peppers.fingerprint())) {
            throw new UnusableException("made with other peppers");
        }
        String ofInstance = in.text();
        if (!ofInstance.equals(instance)) {
            throw new UnusableException("of instance " + ofInstance);
        }
        Instant time = time(in.number());
        KeyView view = empty.apply(in.number());
        Map<String, String> topics = new HashMap<>();
        for (int left = in.integer(); left > 0; left--) {
            topics.put(in.text(), in.text());
        }
        for (int left = in.integer(); left > 0; left--) {
            view.reached(in.text(), in.integer(), in.number());
        }
        CredentialTable table = view.table();
        int sections = 1;
        int heads = 0;
        int parties = 0;
        for (; ; ) {
            in.next();
            byte kind = in.kind();
            if (kind == END) {
                if (in.integer() != sections) {
                    throw new UnusableException("sections are missing");
                }
                return new Read(view, new About(instance, topics, time));
            }
            sections++;
            int count = in.integer();
            switch (kind) {
                case SEGMENT -> segment(table, count, in);
                case PARTIES -> {
                    for (; count > 0; count--) {
                        Party party = view.party(
                                new TenantId(in.text()), new OwnerId(in.text()), in.text(), policy(in.bytes()));
                        require(table.add(party, parties++));
                    }
                }
                case HEADS -> {
                    for (; count > 0; count--) {
                        require(table.heads().number(in.text()) == ++heads);
                    }
                }
                case PRINCIPALS -> {
                    for (; count > 0; count--) {
                        view.learn(RecordJson.read(PrincipalRecord.class, in.bytes()));
                    }
                }
                default -> throw new UnusableException("a section of an unknown kind");
            }
        }
    }

    private static byte[] policy(Party party) {
        return party.policy() == null ? new byte[0] : RecordJson.bytes(party.policy());
    }

    private static @Nullable UsagePolicy policy(byte[] bytes) {
        return bytes.length == 0 ? null : RecordJson.read(UsagePolicy.class, bytes);
    }

    /** Numbers that entries have must stand for the same as before. */
    private static void require(boolean same) throws UnusableException {
        if (!same) {
            throw new UnusableException("what its entries refer to is not what it was");
        }
    }

    private static void segment(CredentialTable table, int number, Reader in) throws UnusableException {
        int entries = in.integer();
        int length = in.integer();
        byte[] data = in.section();
        int at = in.skip(length);
        long[] slots = new long[entries];
        for (int i = 0; i < entries; i++) {
            slots[i] = in.number();
        }
        if (!table.restore(number, data, at, length, slots)) {
            throw new UnusableException("part " + number + " of the table is not what it was");
        }
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** What the ordinals in slots and entries stand for, and how many parts a table has. */
    private static String layout() {
        return CredentialTable.SEGMENTS
                + Arrays.toString(State.values())
                + Arrays.toString(Scope.values())
                + Arrays.toString(KeyKind.values());
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private interface Item<T> {
        void put(T item);
    }

    private static final class Writer {
        private final Sink to;
        private ByteBuffer out = ByteBuffer.allocate(SOME);
        private int sections;

        Writer(Sink to) {
            this.to = to;
        }

        void begin() {
            out.clear().position(HEADER);
        }

        void end() throws IOException {
            int length = out.position() - HEADER;
            out.putInt(0, length).putInt(Integer.BYTES, checksum(out.array(), HEADER, length));
            to.write(out.flip());
            sections++;
        }

        /** All of these, in sections of no great size. */
        <T> void some(byte kind, List<T> items, Item<T> item) throws IOException {
            for (int from = 0; from < items.size(); from += SOME) {
                List<T> some = items.subList(from, Math.min(from + SOME, items.size()));
                begin();
                put(kind).put(some.size());
                some.forEach(item::put);
                end();
            }
        }

        void finish() throws IOException {
            int before = sections;
            begin();
            put(END).put(before);
            end();
        }

        private ByteBuffer room(int more) {
            if (out.remaining() < more) {
                ByteBuffer larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + more));
                larger.put(out.flip());
                out = larger;
            }
            return out;
        }

        Writer put(byte value) {
            room(1).put(value);
            return this;
        }

        Writer put(int value) {
            room(Integer.BYTES).putInt(value);
            return this;
        }

        Writer put(long value) {
            room(Long.BYTES).putLong(value);
            return this;
        }

        Writer put(String text) {
            return put(text.getBytes(StandardCharsets.UTF_8));
        }

        Writer put(byte[] bytes) {
            return put(bytes, bytes.length);
        }

        Writer put(byte[] bytes, int length) {
            room(Integer.BYTES + length).putInt(length).put(bytes, 0, length);
            return this;
        }
    }

    private static final class Reader {
        private final Source from;
        private final ByteBuffer header = ByteBuffer.allocate(HEADER);
        private ByteBuffer in = ByteBuffer.allocate(SOME);

        Reader(Source from) {
            this.from = from;
        }

        /** Goes to the next section, which is whole. */
        void next() throws IOException {
            from.read(header.clear());
            if (header.hasRemaining()) {
                throw new UnusableException("it ends too early");
            }
            int length = header.getInt(0);
            if (length <= 0) {
                throw new UnusableException("damaged");
            }
            // A length that is damaged asks for more than there is, and finds that out in steps.
            int have = 0;
            in.clear();
            while (have < length) {
                if (in.capacity() == have) {
                    ByteBuffer larger =
                            ByteBuffer.allocate((int) Math.min(length, Math.max(2L * in.capacity(), 1L << 24)));
                    larger.put(in.array(), 0, have);
                    in = larger;
                }
                in.limit(Math.min(in.capacity(), length)).position(have);
                from.read(in);
                if (in.hasRemaining()) {
                    throw new UnusableException("it ends too early");
                }
                have = in.position();
            }
            in.flip();
            if (checksum(in.array(), 0, length) != header.getInt(Integer.BYTES)) {
                throw new UnusableException("damaged");
            }
        }

        byte[] section() {
            return in.array();
        }

        byte kind() {
            return in.get();
        }

        int integer() {
            return in.getInt();
        }

        long number() {
            return in.getLong();
        }

        /** Passes over bytes; where they are. */
        int skip(int length) {
            int at = in.position();
            in.position(at + length);
            return at;
        }

        byte[] bytes() {
            byte[] bytes = new byte[in.getInt()];
            in.get(bytes);
            return bytes;
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }
}
