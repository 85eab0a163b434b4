package io.keyledger.query.audit;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the audit was read: for each partition of the log the next offset, 0 for one that is not named. Immutable.
 *
 * <p>It is the log's own order, and so has no holes that fill later: an edge's late event comes to lie at the end of its
 * partition, whatever its time; and one partition is folded batch by batch, each in a transaction that moves the partition's
 * position from where the last one left it, so that no offset becomes visible before a smaller one.
 */
record LogPosition(Map<Short, Long> next) {
    static final LogPosition BEGINNING = new LogPosition(Map.of());

    private static final int MOST_PLACES = 4096;

    LogPosition {
        next = Collections.unmodifiableMap(new TreeMap<>(next));
    }

    long of(short place) {
        return next.getOrDefault(place, 0L);
    }

    /** Pairs of place and offset, both in seven bits a byte, the low ones first. */
    byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(next.size() * 13);
        next.forEach((place, offset) -> {
            write(out, place);
            write(out, offset);
        });
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** @throws IllegalArgumentException when they hold none */
    static LogPosition read(ByteBuffer in) {
        Map<Short, Long> next = new TreeMap<>();
        while (in.hasRemaining()) {
            long place = readNumber(in);
            long offset = readNumber(in);
            if (place > Short.MAX_VALUE || next.size() == MOST_PLACES || next.put((short) place, offset) != null) {
                throw new IllegalArgumentException("no position");
            }
        }
        return new LogPosition(next);
    }

    private static void write(ByteBuffer out, long number) {
        long left = number;
        while (left > 0x7f) {
            out.put((byte) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }

    private static long readNumber(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (!in.hasRemaining()) {
                break;
            }
            byte b = in.get();
            number |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("no number");
    }
}
