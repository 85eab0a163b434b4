package io.keyledger.bench;

import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.KeyCheck;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the text of a presented key to the code, by JMH: checksum, look-up, HMAC, comparison, state, tenant, owner, times,
 * permission, and with a policy also its routes, addresses and hours. Each call has another key in random order; a
 * code that is not the expected one ends the run.
 */
@org.openjdk.jmh.annotations.State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgs = {"-Xmx2g", "-XX:+UseSerialGC"})
public class KeyChecks {
    private static final int IN_TURN = 1 << 16;
    private static final UsagePolicy POLICY = new UsagePolicy(
            List.of("objects:*"),
            List.of(new UsagePolicy.Route(List.of("GET", "HEAD"), "/api/v1/objects/**")),
            List.of("10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"),
            null,
            List.of(new UsagePolicy.Hours(null, "00:00", "24:00", "Europe/Zurich")),
            null,
            null,
            null);

    /** In the view. */
    @Param("1000000")
    public int credentials;

    /** What the keys that are presented are bound to. */
    @Param({"nothing", "permission, route, address, hours"})
    public String boundTo = "";

    private final KeyCheck check = new KeyCheck();
    private final Ask ask = new Ask(Countries.UNKNOWN);
    private ViewPopulation keys = new ViewPopulation(ViewPopulation.PRESENTED, false);
    private KeyView view = keys.view;
    private int[] order = new int[0];
    private int next;

    /** Fills the view; not measured. */
    @Setup
    public void fill() {
        keys = new ViewPopulation(credentials, false);
        view = keys.view;
        for (int i = 0; i < credentials; i++) {
            keys.apply(keys.record(i, 1, State.ACTIVE));
        }
        if (!boundTo.equals("nothing")) {
            for (int i = 0; i < ViewPopulation.PRESENTED; i++) {
                keys.apply(ViewPopulation.under(POLICY, keys.record(keys.presentedAt(i), 2, State.ACTIVE)));
            }
        }
        order = new SplittableRandom(7)
                .ints(IN_TURN, 0, ViewPopulation.PRESENTED)
                .toArray();
    }

    @Benchmark
    public Code accepted() {
        return expect(Code.ACCEPTED, keys.good);
    }

    @Benchmark
    public Code mistyped() {
        return expect(Code.MALFORMED, keys.mistyped);
    }

    /** As {@link #mistyped}, of so few keys that their text is in the processor's cache. */
    @Benchmark
    public Code mistypedInCache() {
        return expect(Code.MALFORMED, keys.mistyped[next++ & 63]);
    }

    @Benchmark
    public Code unknown() {
        return expect(Code.UNKNOWN, keys.unknown);
    }

    @Benchmark
    public Code wrongSecret() {
        return expect(Code.MISMATCH, keys.wrong);
    }

    private Code expect(Code expected, String[] of) {
        return expect(expected, of[order[next++ & IN_TURN - 1]]);
    }

    private Code expect(Code expected, String key) {
        ask.set("objects:read", "GET", "/api/v1/objects/4711", "10.11.12.13");
        Code code = check.verify(view, key, ask, ViewPopulation.NOW_MICROS, Standing.LIVE);
        if (code != expected) {
            throw new IllegalStateException("a key was " + code + ", not " + expected);
        }
        return code;
    }
}
