package io.keyledger.edge.core.limits;

import java.util.Arrays;

/** Counts by stretch of time, in order, those that are over forgotten. Only stretches with something take room. For one thread. */
final class Slots {
    private long[] slots = new long[2];
    private long[] counts = new long[2];
    private int size;
    private long total;
    private long floor = Long.MIN_VALUE;

    /** Of all that is here. */
    long total() {
        return total;
    }

    int size() {
        return size;
    }

    long slot(int i) {
        return slots[i];
    }

    long count(int i) {
        return counts[i];
    }

    /** The count of one stretch. */
    long at(long slot) {
        int i = Arrays.binarySearch(slots, 0, size, slot);
        return i < 0 ? 0 : counts[i];
    }

    /** Forgets all stretches before {@code oldest}, for good. */
    void forget(long oldest) {
        if (oldest <= floor) {
            return;
        }
        floor = oldest;
        int over = 0;
        while (over < size && slots[over] < oldest) {
            total -= counts[over++];
        }
        if (over > 0) {
            size -= over;
            System.arraycopy(slots, over, slots, 0, size);
            System.arraycopy(counts, over, counts, 0, size);
        }
    }

    /** Adds to one stretch; to one that is forgotten nothing is added. */
    void add(long slot, long many) {
        if (slot < floor || many == 0) {
            return;
        }
        total += many;
        int i = size - 1;
        while (i >= 0 && slots[i] > slot) {
            i--;
        }
        if (i >= 0 && slots[i] == slot) {
            counts[i] += many;
            return;
        }
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        i++;
        System.arraycopy(slots, i, slots, i + 1, size - i);
        System.arraycopy(counts, i, counts, i + 1, size - i);
        slots[i] = slot;
        counts[i] = many;
        size++;
    }
}
