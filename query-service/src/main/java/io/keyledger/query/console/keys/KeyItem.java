package io.keyledger.query.console.keys;

import io.keyledger.query.keys.KeyJson;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A key in a list.
 *
 * @param days accepted requests of the last days, oldest first
 * @param atLimit how often it was refused at a rate or a quota since yesterday, UTC
 */
public record KeyItem(KeyJson key, String ownerName, List<Long> days, long atLimit) {
    private static final int WIDTH = 90;
    private static final int HEIGHT = 20;

    static KeyItem of(KeyJson key, Map<String, String> names, Map<String, long[]> days, Map<String, Long> atLimit) {
        String owner = key.owner().value();
        return new KeyItem(
                key,
                names.getOrDefault(owner, owner),
                Arrays.stream(days.getOrDefault(key.keyId().value(), new long[0]))
                        .boxed()
                        .toList(),
                atLimit.getOrDefault(key.keyId().value(), 0L));
    }

    public String id() {
        return key.keyId().value();
    }

    public boolean live() {
        return key.status().equals("ACTIVE") || key.status().equals("SUSPENDED");
    }

    public boolean limited() {
        return key.restrictedBy().contains("rates") || key.restrictedBy().contains("quotas");
    }

    public long sum() {
        return days.stream().mapToLong(Long::longValue).sum();
    }

    /** The points of a line over the days, in a picture of 90 by 20. */
    public String points() {
        long most = Math.max(1, days.stream().mapToLong(Long::longValue).max().orElse(1));
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < days.size(); i++) {
            points.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    (double) i * WIDTH / Math.max(1, days.size() - 1),
                    HEIGHT - 1 - (HEIGHT - 2.0) * days.get(i) / most));
        }
        return points.toString().strip();
    }
}
