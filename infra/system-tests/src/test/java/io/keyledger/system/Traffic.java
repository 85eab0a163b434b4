package io.keyledger.system;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Requests that go on while things break, and the exact tally of what was answered. */
final class Traffic implements AutoCloseable {
    /** Between a thread's steps. The servers that come back meanwhile start on the same processors. */
    private static final Duration ASKING = Duration.ofMillis(20);

    private static final Duration COMMANDING = Duration.ofMillis(100);

    private final RunningPlatform platform;
    private final Tenant tenant;
    private final Tenant.Issued used;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    private volatile Tenant.@Nullable Issued lastCreated;

    /** By status, how the edge answered; 0 = no answer. */
    final Map<Integer, AtomicLong> edgeAnswers = new ConcurrentSkipListMap<>();

    final Map<Integer, AtomicLong> commandAnswers = new ConcurrentSkipListMap<>();
    final ConcurrentLinkedQueue<Tenant.Issued> created = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Tenant.Issued> revoked = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Answer> unexpected = new ConcurrentLinkedQueue<>();

    private Traffic(RunningPlatform platform, Tenant tenant) {
        this.platform = platform;
        this.tenant = tenant;
        this.used = tenant.create("used throughout", "read-only");
    }

    static Traffic start(RunningPlatform platform) {
        Tenant tenant = platform.tenant();
        tenant.settings(Map.of("keys.maxPerOwner", 1000)).expect(200);
        Traffic traffic = new Traffic(platform, tenant);
        traffic.run("edge-1", ASKING, () -> traffic.ask(1));
        traffic.run("edge-2", ASKING, () -> traffic.ask(2));
        AtomicLong number = new AtomicLong();
        traffic.run("commands", COMMANDING, () -> traffic.command(number.incrementAndGet()));
        return traffic;
    }

    private void run(String name, Duration every, Runnable step) {
        threads.add(Thread.ofVirtual().name("traffic-" + name).start(() -> {
            while (!stopped) {
                step.run();
                pause(every);
            }
        }));
    }

    private void ask(int edge) {
        tally(edgeAnswers, status(() -> Edges.authorize(platform.edge(edge), used.key(), "GET", "/api/v1/objects")));
    }

    /** Every second command revokes what the one before made. */
    private void command(long number) {
        Tenant.Issued last = lastCreated;
        if (number % 2 == 0 && last != null && !revoked.contains(last)) {
            int status = status(() -> tenant.revoke(last.keyId(), "traffic"));
            if (status == 200 || status == 202) {
                revoked.add(last);
            }
            tally(commandAnswers, status);
        } else {
            tally(commandAnswers, status(() -> {
                Answer answer = tenant.tryCreate("traffic " + number, "read-only");
                if (answer.status() == 201) {
                    lastCreated = Tenant.Issued.of(answer);
                    created.add(lastCreated);
                }
                return answer;
            }));
        }
    }

    private interface Request {
        Answer send() throws IOException;
    }

    private int status(Request request) {
        try {
            Answer answer = request.send();
            if (answer.status() >= 500
                    && (answer.status() != 503
                            || answer.headers().firstValue("Retry-After").isEmpty())) {
                unexpected.add(answer);
            }
            return answer.status();
        } catch (IOException | AssertionError e) {
            return 0;
        }
    }

    private static void tally(Map<Integer, AtomicLong> answers, int status) {
        answers.computeIfAbsent(status, _ -> new AtomicLong()).incrementAndGet();
    }

    Tenant tenant() {
        return tenant;
    }

    Tenant.Issued used() {
        return used;
    }

    long accepted() {
        AtomicLong count = edgeAnswers.get(204);
        return count == null ? 0 : count.get();
    }

    long created() {
        return created.size();
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends all requests and returns when the last has been answered. */
    void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(40));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
