package io.keyledger.bench;

import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.KeyCheck;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * The view of an edge, filled and asked in this process. Every block does the same to other keys in each call, and checks
 * every answer, so that nothing of it can be left out; the first rounds are not counted.
 */
final class EdgeLevel {
    private static final int WARM_UP = 5;
    private static final String PERMISSION = "objects:read";
    /** For this level's one thread. */
    private static final Ask ASK = Ask.of(PERMISSION);

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int credentials;
    private final int revocations;
    private final int rounds;
    private final ViewPopulation keys;
    private final KeyView view;
    private long longestApply;

    private EdgeLevel(int credentials, int revocations, int rounds, boolean ownNames) {
        this.credentials = credentials;
        this.revocations = revocations;
        this.rounds = rounds;
        this.keys = new ViewPopulation(credentials, ownNames);
        this.view = keys.view;
    }

    public static void main(String[] arguments) throws InterruptedException {
        new EdgeLevel(
                        Integer.parseInt(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        arguments[3].equals("own"))
                .run();
    }

    private void run() throws InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%,d credentials, %,d of their keys presented, Java %s, %s, heap at most %,d MB%n%n",
                credentials,
                ViewPopulation.PRESENTED,
                Runtime.version(),
                ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName(),
                Runtime.getRuntime().maxMemory() >> 20);
        fill();
        one();
        timing();
        besideWriter();
        revocations();
    }

    private void apply(CredentialRecord record) {
        long from = System.nanoTime();
        keys.apply(record);
        longestApply = Math.max(longestApply, System.nanoTime() - from);
    }

    private static long used() {
        // The serial collector leaves up to 5 % of garbage where it is, but for every fourth time.
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void fill() {
        System.out.println("## Size of the view");
        System.out.println();
        Table table = new Table("credentials", "bytes each", "applied per second", "longest apply, ms");
        long before = used();
        int from = 0;
        int[] marks = {credentials / 100 * 80, credentials / 100 * 90, credentials / 100 * 95, credentials};
        for (int mark : marks) {
            longestApply = 0;
            long start = System.nanoTime();
            for (int i = from; i < mark; i++) {
                apply(keys.record(i, 1, State.ACTIVE));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            table.row(mark, (used() - before) / (double) mark, (mark - from) / seconds, Figures.millis(longestApply));
            from = mark;
        }
        System.out.println(table);
        System.out.println("Making each record is in the rate; reading it from Kafka is not.");
        System.out.println();
    }

    private interface Block {
        Code check(int i);
    }

    /** Nanoseconds and bytes a call: medians over the rounds. */
    private void measured(Table table, String title, Code expected, int presented, Block block) {
        double[] nanos = new double[rounds];
        double[] bytes = new double[rounds];
        int calls = 200_000;
        SplittableRandom random = new SplittableRandom(3);
        int[] order = random.ints(calls, 0, presented).toArray();
        for (int round = -WARM_UP; round < rounds; round++) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long from = System.nanoTime();
            int unexpected = 0;
            for (int i : order) {
                unexpected += block.check(i) == expected ? 0 : 1;
            }
            long took = System.nanoTime() - from;
            long garbage = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            if (unexpected != 0) {
                throw new IllegalStateException(unexpected + " answers of '" + title + "' were not " + expected);
            }
            if (round >= 0) {
                nanos[round] = took / (double) calls;
                bytes[round] = garbage / (double) calls;
            }
        }
        Arrays.sort(nanos);
        Arrays.sort(bytes);
        table.row(title, nanos[rounds / 2], nanos[0], nanos[rounds - 1], bytes[rounds / 2]);
    }

    private void one() {
        System.out.println("## One key, in one thread");
        System.out.println();
        Table table = new Table("from text to code", "median ns", "lowest", "highest", "bytes allocated");
        KeyCheck check = new KeyCheck();
        measured(
                table,
                "accepted, any of the keys",
                Code.ACCEPTED,
                ViewPopulation.PRESENTED,
                i -> code(check, keys.good[i]));
        measured(table, "accepted, one of 64 keys", Code.ACCEPTED, 64, i -> code(check, keys.good[i]));
        measured(table, "mistyped", Code.MALFORMED, ViewPopulation.PRESENTED, i -> code(check, keys.mistyped[i]));
        measured(table, "mistyped, one of 64 keys", Code.MALFORMED, 64, i -> code(check, keys.mistyped[i]));
        measured(table, "unknown", Code.UNKNOWN, ViewPopulation.PRESENTED, i -> code(check, keys.unknown[i]));
        measured(
                table,
                "known, with a wrong secret",
                Code.MISMATCH,
                ViewPopulation.PRESENTED,
                i -> code(check, keys.wrong[i]));
        measured(table, "accepted, with objects for key and verdict", Code.ACCEPTED, ViewPopulation.PRESENTED, i -> {
            PresentedKey key = PresentedKey.parse(keys.good[i]);
            Verdict verdict = key == null
                    ? Verdict.refused(Code.MALFORMED, PERMISSION)
                    : view.verify(key, ASK, ViewPopulation.NOW, Standing.LIVE);
            return verdict.code();
        });
        System.out.println(table);
    }

    private Code code(KeyCheck check, String key) {
        return check.verify(view, key, ASK, ViewPopulation.NOW_MICROS, Standing.LIVE);
    }

    /** Whether a stranger could tell an id that exists by the time of the refusal. */
    private void timing() {
        System.out.println("## Unknown, or known with a wrong secret: each call timed by itself, in random order");
        System.out.println();
        int calls = 1_000_000;
        long[][] nanos = new long[2][calls];
        int[] count = new int[2];
        KeyCheck check = new KeyCheck();
        SplittableRandom random = new SplittableRandom(5);
        while (count[0] < calls && count[1] < calls) {
            int which = random.nextInt(2);
            String key = (which == 0 ? keys.unknown : keys.wrong)[random.nextInt(ViewPopulation.PRESENTED)];
            long from = System.nanoTime();
            Code code = code(check, key);
            nanos[which][count[which]++] = System.nanoTime() - from;
            if (code != (which == 0 ? Code.UNKNOWN : Code.MISMATCH)) {
                throw new IllegalStateException("a wrong key was " + code);
            }
        }
        Table table = new Table("ns", "p5", "p25", "p50", "p75", "p95", "p99");
        for (int which = 0; which < 2; which++) {
            long[] all = Arrays.copyOf(nanos[which], count[which]);
            Arrays.sort(all);
            IntFunction<Long> rank = percent -> all[(int) ((long) all.length * percent / 100)];
            table.row(
                    which == 0 ? "unknown" : "wrong secret",
                    rank.apply(5),
                    rank.apply(25),
                    rank.apply(50),
                    rank.apply(75),
                    rank.apply(95),
                    rank.apply(99));
        }
        System.out.println(table);
    }

    /** What readers pay while records are applied as fast as one thread can. */
    private void besideWriter() throws InterruptedException {
        System.out.println("## Reading while records are applied");
        System.out.println();
        Table table = new Table("", "median ns a check", "records applied per second");
        for (boolean busy : new boolean[] {false, true}) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong applied = new AtomicLong();
            // Suspended and back, of keys that nobody presents.
            CredentialRecord[][] changes = new CredentialRecord[2][10_000];
            for (int i = 0; i < changes[0].length; i++) {
                changes[0][i] = keys.record(1 + keys.presentedAt(i), 0, State.ACTIVE);
                changes[1][i] = keys.record(1 + keys.presentedAt(i), 0, State.SUSPENDED);
            }
            Thread writer = Thread.ofPlatform().unstarted(() -> {
                for (int n = 0; !over.get(); n++) {
                    CredentialRecord next = changes[n / 10_000 % 2][n % 10_000];
                    apply(revised(next, 2 + n / 10_000));
                    applied.incrementAndGet();
                }
            });
            if (busy) {
                writer.start();
            }
            KeyCheck check = new KeyCheck();
            long from = System.nanoTime();
            double[] median = new double[1];
            measuredInto(median, i -> code(check, keys.good[i]));
            double seconds = (System.nanoTime() - from) / 1e9;
            over.set(true);
            if (busy) {
                writer.join();
            }
            table.row(busy ? "beside a busy writer" : "alone", median[0], applied.get() / seconds);
        }
        System.out.println(table);
    }

    private void measuredInto(double[] median, Block block) {
        double[] nanos = new double[rounds];
        int calls = 400_000;
        int[] order =
                new SplittableRandom(4).ints(calls, 0, ViewPopulation.PRESENTED).toArray();
        for (int round = -WARM_UP; round < rounds; round++) {
            long from = System.nanoTime();
            for (int i : order) {
                if (block.check(i) != Code.ACCEPTED) {
                    throw new IllegalStateException("a good key was refused");
                }
            }
            if (round >= 0) {
                nanos[round] = (System.nanoTime() - from) / (double) calls;
            }
        }
        Arrays.sort(nanos);
        median[0] = nanos[rounds / 2];
    }

    private static CredentialRecord revised(CredentialRecord r, long revision) {
        return new CredentialRecord(
                r.credentialId(),
                r.keyId(),
                r.tenant(),
                revision,
                r.state(),
                r.kind(),
                r.scope(),
                r.owner(),
                r.keyName(),
                r.strict(),
                r.notAfter(),
                r.expiresAt(),
                r.pepper(),
                r.verifier());
    }

    private static long collecting() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    /** The longest that one check takes while a million keys are revoked, and what of it is the machine's own. */
    private void revocations() throws InterruptedException {
        System.out.println("## Revocations that stream in, one check after the other beside them");
        System.out.println();
        Table table = new Table("", "checks", "p99.99 us", "longest ms", "collector ms", "longest apply ms", "seconds");
        for (boolean busy : new boolean[] {false, true}) {
            AtomicBoolean over = new AtomicBoolean();
            int step = credentials / revocations;
            Thread writer = Thread.ofPlatform().unstarted(() -> {
                longestApply = 0;
                for (int i = 0; i < revocations; i++) {
                    // Those that are presented stay good.
                    apply(keys.record(i * step + 1, 1_000_000, State.REVOKED));
                }
                over.set(true);
            });
            long collected = collecting();
            long start = System.nanoTime();
            if (busy) {
                writer.start();
            }
            long[] nanos = new long[20_000_000];
            int count = 0;
            KeyCheck check = new KeyCheck();
            SplittableRandom random = new SplittableRandom(6);
            while (count < nanos.length && (busy ? !over.get() : System.nanoTime() - start < 5_000_000_000L)) {
                String key = keys.good[random.nextInt(ViewPopulation.PRESENTED)];
                long from = System.nanoTime();
                Code code = code(check, key);
                nanos[count++] = System.nanoTime() - from;
                if (code != Code.ACCEPTED) {
                    throw new IllegalStateException("a good key was " + code);
                }
            }
            if (busy) {
                writer.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long[] all = Arrays.copyOf(nanos, count);
            Arrays.sort(all);
            table.row(
                    busy ? "%,d revocations".formatted(revocations) : "none: the machine alone",
                    count,
                    all[(int) (count * 0.9999)] / 1e3,
                    Figures.millis(all[count - 1]),
                    collecting() - collected,
                    busy ? Figures.millis(longestApply) : Double.NaN,
                    seconds);
        }
        System.out.println(table);
    }
}
