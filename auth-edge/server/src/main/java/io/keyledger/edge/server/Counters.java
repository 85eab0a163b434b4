package io.keyledger.edge.server;

import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** How many requests each door has answered with each code. */
final class Counters {
    private final Map<Code, Counter> authorize = new EnumMap<>(Code.class);
    private final Map<Code, Counter> verify = new EnumMap<>(Code.class);

    Counters(MeterRegistry registry) {
        for (Code code : Code.values()) {
            authorize.put(code, counter(registry, "authorize", code));
            verify.put(code, counter(registry, "verify", code));
        }
    }

    void authorized(Code code) {
        increment(authorize, code);
    }

    void verified(Code code) {
        increment(verify, code);
    }

    private static void increment(Map<Code, Counter> counters, Code code) {
        Counter counter = counters.get(code);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Counter counter(MeterRegistry registry, String door, Code code) {
        return Counter.builder("keyledger.edge.decisions")
                .description("Requests decided")
                .tag("door", door)
                .tag("code", code.wire())
                .register(registry);
    }
}
