package io.keyledger.standalone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much heap each JVM may have, in megabytes. PostgreSQL is none. */
public final class Heaps {
    /** Whose heap can be chosen; all edges have the same. */
    public static final List<String> NAMES =
            List.of("command-service", "query-service", "auth-edge", "kafka", "elasticsearch");

    /** Enough for some 100,000 keys. */
    public static final int DEFAULT = 256;

    private static final int LEAST = 128;
    private static final int MOST = 65_536;
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5})([mMgG])");

    private final Map<String, Integer> chosen;

    private Heaps(Map<String, Integer> chosen) {
        this.chosen = chosen;
    }

    /**
     * The defaults but for those given, such as {@code elasticsearch -> 1g}.
     *
     * @throws StartFailure for an unknown name, or for what is no size from 128m to 64g
     */
    public static Heaps of(Map<String, String> changes) {
        Map<String, Integer> chosen = new LinkedHashMap<>();
        changes.forEach((name, size) -> {
            if (!NAMES.contains(name)) {
                throw new StartFailure("there is no heap of '" + name + "'; there are " + NAMES);
            }
            chosen.put(name, megabytes(name, size));
        });
        return new Heaps(chosen);
    }

    private static int megabytes(String name, String size) {
        Matcher matcher = SIZE.matcher(size);
        if (matcher.matches()) {
            int megabytes =
                    Integer.parseInt(matcher.group(1)) * (matcher.group(2).equalsIgnoreCase("g") ? 1_024 : 1);
            if (megabytes >= LEAST && megabytes <= MOST) {
                return megabytes;
            }
        }
        throw new StartFailure("the heap of %s must be from %dm to %dg, such as 512m, not '%s'"
                .formatted(name, LEAST, MOST / 1_024, size));
    }

    /** The most that the process {@code name} may have, such as {@code auth-edge-1}; megabytes. */
    int megabytes(String name) {
        return chosen.getOrDefault(name.startsWith("auth-edge-") ? "auth-edge" : name, DEFAULT);
    }

    /** The same as the JVM's flag. */
    String flag(String name) {
        return "-Xmx" + megabytes(name) + "m";
    }
}
