package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sealer and the publisher on the real PostgreSQL and Kafka. */
class LedgerIT {
    private Rig rig;
    private final List<Published> published = new CopyOnWriteArrayList<>();
    private @Nullable LedgerThreads threads;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
    }

    private void run() {
        Publisher publisher = rig.publisher(published::add);
        threads = new LedgerThreads(rig.sealer("1", publisher::signal), publisher);
        threads.start();
    }

    @AfterEach
    void stop() {
        if (threads != null) {
            threads.stop();
        }
        rig.close();
    }

    @Test
    void what_is_appended_is_sealed_once_in_order_and_published() throws Exception {
        run();
        for (int i = 0; i < 200; i++) {
            KeyId key = Rig.newKey();
            CredentialId credential = Ids.newCredentialId();
            rig.create(key, credential);
            rig.append(Rig.revoked(key, credential), 2);
        }
        await(() -> published.size() == 400);
        List<LedgerEntry> ledger = rig.ledger();
        assertThat(ledger).hasSize(400);
        for (int i = 0; i < ledger.size(); i++) {
            assertThat(ledger.get(i).index()).isEqualTo(i);
            assertThat(ledger.get(i).hash()).isEqualTo(CloudEvent.hash(ledger.get(i).bytes()));
        }
    }

    @Test
    void latency() throws Exception {
        run();
        long[] times = new long[300];
        for (int i = 0; i < times.length; i++) {
            int before = published.size();
            KeyId key = Rig.newKey();
            rig.create(key, Ids.newCredentialId());
            long t = System.nanoTime();
            while (published.size() == before) {
                Thread.onSpinWait();
            }
            times[i] = System.nanoTime() - t;
            Thread.sleep(5);
        }
        java.util.Arrays.sort(times);
        System.out.printf("commit to acknowledged: p50 %d us p99 %d us max %d us%n", times[150] / 1000, times[296] / 1000, times[299] / 1000);
    }

    @Test
    void throughput() throws Exception {
        run();
        long t = System.nanoTime();
        int n = 8000;
        List<Thread> all = new ArrayList<>();
        for (int w = 0; w < 16; w++) {
            all.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < n / 16; i++) {
                    rig.create(Rig.newKey(), Ids.newCredentialId());
                }
            }));
        }
        for (Thread x : all) {
            x.join();
        }
        double seconds = (System.nanoTime() - t) / 1e9;
        await(() -> published.size() == n);
        double done = (System.nanoTime() - t) / 1e9;
        System.out.printf("appends %.0f/s, all published after %.0f ms more%n", n / seconds, (done - seconds) * 1000);
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come true in time");
            }
            Thread.sleep(5);
        }
    }
}
