package io.keyledger.edge.server;

import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many requests each door has answered with each code. */
final class Counters {
    private final Map<String, Map<Code, Counter>> doors = new TreeMap<>();

    /** @param names of all doors that decide */
    Counters(MeterRegistry registry, List<String> names) {
        for (String door : names) {
            Map<Code, Counter> counters = new EnumMap<>(Code.class);
            for (Code code : Code.values()) {
                counters.put(
                        code,
                        Counter.builder("keyledger.edge.decisions")
                                .description("Requests decided")
                                .tag("door", door)
                                .tag("code", code.wire())
                                .register(registry));
            }
            doors.put(door, counters);
        }
    }

    void answered(String door, Code code) {
        Map<Code, Counter> counters = doors.get(door);
        Counter counter = counters == null ? null : counters.get(code);
        if (counter != null) {
            counter.increment();
        }
    }
}
