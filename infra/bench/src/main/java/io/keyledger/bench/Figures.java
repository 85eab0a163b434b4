package io.keyledger.bench;

import java.util.Arrays;
import java.util.Collection;

/** What a list of measurements comes to. Pure. */
final class Figures {
    private Figures() {}

    /** The middle one; the mean of the two in the middle of an even count. */
    static double median(Collection<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest measured value that {@code percent} of all do not exceed. */
    static long percentile(long[] values, double percent) {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
