package io.keyledger.edge.core.limits;

import io.keyledger.verifier.Address;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts from one source may fail: so many at once, and then so many a minute (as a bucket of that size that
 * fills at that rate). A source is an IPv4 address or an IPv6 /64. One that has used its attempts up is refused before a key is
 * looked up or hashed, but for credentials that were accepted from there before: whoever shares an address with a source of
 * garbage is not locked out by it. Attempts that are refused so do not count as failures again.
 *
 * <p>Memory is of one size whatever comes: two tables, in which the new takes the place of the oldest of four. Of more than 16,384
 * sources within a minute some get more attempts than they should. An entry lost from the second one costs
 * a good key its exemption, and nothing else. Safe from any thread, without locks.
 */
public final class FailureThrottle {
    /** Nobody said where from: nothing is limited. */
    public static final long NOWHERE = 0;

    private static final int WAYS = 4;
    private static final int SOURCES = 1 << 14;
    private static final int GOOD = 1 << 16;
    private static final long MINUTE_MICROS = 60_000_000;

    private final long seed;
    private final long costMicros;
    private final long burstMicros;
    /** Pairs: a source, and when its bucket is full again. */
    private final AtomicLongArray failures = new AtomicLongArray(2 * SOURCES);
    /** What was accepted from where, as a hash of both. */
    private final AtomicLongArray good = new AtomicLongArray(GOOD);

    private final AtomicLong refused = new AtomicLong();

    /**
     * @param perMinute 0 = no limit
     * @param seed nobody outside knows it, so that nobody chooses who is displaced
     */
    public FailureThrottle(int perMinute, long seed) {
        this.seed = seed;
        this.costMicros = perMinute == 0 ? 0 : Math.max(1, MINUTE_MICROS / perMinute);
        this.burstMicros = costMicros * Math.max(0, perMinute - 1);
    }

    /** The number of the source that an address belongs to; {@link #NOWHERE} for null. */
    public static long source(@Nullable Address address) {
        if (address == null) {
            return NOWHERE;
        }
        // IPv4 as 0xffff and its 32 bits, which begin no IPv6 network that is in use; ::/64 is 1.
        if (address.isV4()) {
            return address.low();
        }
        return address.high() == 0 ? 1 : address.high();
    }

    /**
     * Whether an attempt may be looked at: 0 = yes, else in so many seconds.
     *
     * @param source as {@link #source} says
     * @param credential the number of the one that was presented; 0 when there is none
     */
    public long wait(long source, long credential, long nowMicros) {
        if (costMicros == 0 || source == NOWHERE) {
            return 0;
        }
        int at = find(source);
        long over = at < 0 ? 0 : failures.get(at + 1) - burstMicros - nowMicros;
        if (over <= 0 || credential != 0 && isGood(source, credential)) {
            return 0;
        }
        refused.incrementAndGet();
        return Math.ceilDiv(over, 1_000_000L);
    }

    /** An attempt from there has failed. */
    public void failed(long source, long nowMicros) {
        if (costMicros == 0 || source == NOWHERE) {
            return;
        }
        int at = find(source);
        if (at < 0) {
            at = place(source);
        }
        long before = failures.get(at + 1);
        while (!failures.compareAndSet(at + 1, before, Math.max(before, nowMicros) + costMicros)) {
            before = failures.get(at + 1);
        }
    }

    /** That credential was accepted from there. */
    public void accepted(long source, long credential) {
        if (costMicros == 0 || source == NOWHERE) {
            return;
        }
        long hash = hash(source, credential);
        int bucket = (int) (hash >>> 1) & GOOD - WAYS;
        for (int i = 0; i < WAYS; i++) {
            if (good.getPlain(bucket + i) == hash) {
                return;
            }
        }
        good.set(bucket + (int) (hash >>> 60) % WAYS, hash);
    }

    /** Attempts that were refused for want of tries. */
    public long refused() {
        return refused.get();
    }

    private boolean isGood(long source, long credential) {
        long hash = hash(source, credential);
        int bucket = (int) (hash >>> 1) & GOOD - WAYS;
        for (int i = 0; i < WAYS; i++) {
            if (good.get(bucket + i) == hash) {
                return true;
            }
        }
        return false;
    }

    private int bucket(long source) {
        return ((int) (mix(source ^ seed) >>> 1) & SOURCES - WAYS) * 2;
    }

    private int find(long source) {
        int bucket = bucket(source);
        for (int i = bucket; i < bucket + 2 * WAYS; i += 2) {
            if (failures.get(i) == source) {
                return i;
            }
        }
        return -1;
    }

    /** A place for one that has none, in the stead of the one that is full again first. */
    private int place(long source) {
        int bucket = bucket(source);
        int oldest = bucket;
        for (int i = bucket; i < bucket + 2 * WAYS; i += 2) {
            if (failures.get(i + 1) < failures.get(oldest + 1)) {
                oldest = i;
            }
        }
        failures.set(oldest, source);
        failures.set(oldest + 1, 0);
        return oldest;
    }

    private long hash(long source, long credential) {
        return mix(mix(source + seed) ^ credential) | 1;
    }

    /** The finalizer of MurmurHash3. */
    private static long mix(long value) {
        long v = value;
        v = (v ^ v >>> 33) * 0xff51afd7ed558ccdL;
        v = (v ^ v >>> 33) * 0xc4ceb9fe1a85ec53L;
        return v ^ v >>> 33;
    }
}
