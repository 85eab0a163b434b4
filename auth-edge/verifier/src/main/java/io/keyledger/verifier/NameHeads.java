package io.keyledger.verifier;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The beginnings that many names share, such as {@code "ci deploy "} of {@code "ci deploy 0017"}: held once, and named by a
 * number in each entry. The first {@value #MOST} are kept; whatever comes then stands in the entries themselves, so that
 * names which share nothing cost no more than that.
 *
 * <p>One thread adds. Any thread reads a number that it found in an entry, for that was published after the head.
 */
final class NameHeads {
    /** A number has two bytes, and 0 is none. */
    static final int MOST = 0xffff;

    /** Shorter ones would save nothing. */
    private static final int SHORTEST = 4;

    private static final int LONGEST = 64;

    private final Map<String, Integer> numbers = new HashMap<>();
    private volatile String[] heads = new String[16];

    /** The length of the head of {@code name}: all up to its last separator; 0 = it has none worth keeping. */
    static int headOf(String name) {
        for (int i = Math.min(name.length(), LONGEST) - 1; i >= SHORTEST - 1; i--) {
            if (" -_./:#".indexOf(name.charAt(i)) >= 0) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The number of that head, a new one if need be; 0 when there is no room. */
    int number(String head) {
        Integer known = numbers.get(head);
        if (known != null) {
            return known;
        }
        int number = numbers.size() + 1;
        if (number > MOST) {
            return 0;
        }
        String[] all = heads;
        if (number >= all.length) {
            all = Arrays.copyOf(all, 2 * all.length);
        }
        all[number] = head;
        heads = all;
        numbers.put(head, number);
        return number;
    }

    /** All of them, the first is number 1. From any thread; later ones may be missing. */
    String[] all() {
        String[] known = heads;
        int end = 1;
        while (end < known.length && known[end] != null) {
            end++;
        }
        return Arrays.copyOfRange(known, 1, Math.max(1, end));
    }

    String head(int number) {
        return heads[number];
    }
}
