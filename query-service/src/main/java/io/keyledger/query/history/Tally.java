package io.keyledger.query.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests counted by what they have in common, with a few of them as examples. Bounded. For one thread. */
final class Tally {
    /** So many names are told apart of each kind; the rest is counted under {@link #OTHERS}. */
    static final int NAMES = 5_000;

    static final String OTHERS = "(others)";

    /** So many are told, those with the highest counts. */
    static final int TOLD = 100;

    static final int EXAMPLES = 20;

    private final Map<String, Long> codes = new HashMap<>();
    private final Map<String, Long> keys = new HashMap<>();
    private final Map<String, Long> endpoints = new HashMap<>();
    private final Map<String, Long> addresses = new HashMap<>();
    private final List<Example> examples = new ArrayList<>();
    private long requests;

    /**
     * One of those that were counted.
     *
     * @param recorded what was decided
     * @param code what is decided now
     * @param count requests in that event
     */
    record Example(
            String eventId,
            Instant time,
            String keyId,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            long count,
            String recorded,
            String code) {}

    record Count(String name, long requests) {}

    /**
     * What was counted.
     *
     * @param byKey and the others: those with the highest counts, a hundred at most
     */
    record Result(
            long requests,
            List<Count> byCode,
            List<Count> byKey,
            List<Count> byEndpoint,
            List<Count> byAddress,
            List<Example> examples) {}

    void add(Example example, String endpoint) {
        long n = example.count();
        requests += n;
        count(codes, example.code(), n);
        count(keys, example.keyId(), n);
        count(endpoints, endpoint, n);
        count(addresses, example.ip() == null ? "-" : example.ip(), n);
        if (examples.size() < EXAMPLES) {
            examples.add(example);
        }
    }

    private static void count(Map<String, Long> counts, String name, long n) {
        counts.merge(counts.size() < NAMES || counts.containsKey(name) ? name : OTHERS, n, Long::sum);
    }

    Result result() {
        return new Result(requests, most(codes), most(keys), most(endpoints), most(addresses), List.copyOf(examples));
    }

    private static List<Count> most(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(e -> new Count(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingLong(Count::requests).reversed().thenComparing(Count::name))
                .limit(TOLD)
                .toList();
    }
}
