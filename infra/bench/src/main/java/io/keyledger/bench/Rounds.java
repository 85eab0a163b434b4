package io.keyledger.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What rounds of the same blocks came to, each compared with the yardstick of its own round. */
final class Rounds {
    static final String YARDSTICK = "plain insert and commit";

    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final Map<String, List<Double>> ratios = new LinkedHashMap<>();
    private final Map<String, List<long[]>> times = new LinkedHashMap<>();

    /** @param blocks in the order of the table, the yardstick among them */
    Rounds(List<String> blocks) {
        for (String block : blocks) {
            rates.put(block, new ArrayList<>());
            ratios.put(block, new ArrayList<>());
            times.put(block, new ArrayList<>());
        }
    }

    /** Adds a round: every block's result. */
    void add(Map<String, Load.Result> results) {
        double yardstick = of(results, YARDSTICK).perSecond();
        results.forEach((block, result) -> {
            of(rates, block).add(result.perSecond());
            of(ratios, block).add(result.perSecond() / yardstick);
            of(times, block).add(result.nanos().toArray());
        });
    }

    /** Medians over the rounds. */
    Table table() {
        Table table = new Table("", "per second", "lowest", "highest", "to raw insert", "p50 ms", "p99 ms");
        rates.forEach((block, all) -> {
            long[] nanos =
                    of(times, block).stream().flatMapToLong(Arrays::stream).toArray();
            table.row(
                    block,
                    Figures.median(all),
                    all.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
                    all.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN),
                    Figures.median(of(ratios, block)),
                    Figures.millis(Figures.percentile(nanos, 50)),
                    Figures.millis(Figures.percentile(nanos, 99)));
        });
        return table;
    }

    /** One line that says how a round went. */
    static String line(int round, Map<String, Load.Result> results) {
        StringBuilder text = new StringBuilder("round " + (round < 0 ? "(warm-up)" : String.valueOf(round + 1)));
        results.forEach(
                (name, result) -> text.append(String.format(Locale.ROOT, "  %s %.0f/s", name, result.perSecond())));
        return text.toString();
    }

    private static <T> T of(Map<String, T> map, String name) {
        T found = map.get(name);
        if (found == null) {
            throw new IllegalStateException(name + " is not measured");
        }
        return found;
    }
}
