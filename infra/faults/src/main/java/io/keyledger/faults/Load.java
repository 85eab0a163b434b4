package io.keyledger.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Requests and commands that go on while things break: two askers an edge, so that a dead edge holds up nobody else, and two
 * who command. Bounded: each waits between its steps.
 */
final class Load {
    private static final int ASKERS = 2;
    private static final int COMMANDERS = 2;

    /** So many bulky requests an edge gets for one full disk: more than the room that its spool keeps ready. */
    private static final int BULKY = 4_000;

    private final Keys keys;
    private final Requests requests;
    private final AtomicIntegerArray bulky = new AtomicIntegerArray(Stage.EDGES + 1);
    private final List<Thread> commanders = new ArrayList<>();
    private final List<Thread> askers = new ArrayList<>();
    private volatile boolean commanding = true;
    private volatile boolean asking = true;

    Load(Keys keys, Requests requests) {
        this.keys = keys;
        this.requests = requests;
    }

    void start(long seed, History history, Http api) {
        for (int i = 1; i <= COMMANDERS; i++) {
            Commands commands = new Commands("commands-" + i, history, api, keys, new Random(seed + i));
            Random random = new Random(seed - i);
            commanders.add(Thread.ofPlatform().name("commands-" + i).start(() -> {
                while (commanding) {
                    commands.step();
                    pause(random.nextInt(50, 250));
                }
            }));
        }
        for (int edge = 1; edge <= Stage.EDGES; edge++) {
            for (int i = 1; i <= ASKERS; i++) {
                int which = edge;
                String name = "load-%d-%d".formatted(edge, i);
                String ip = "203.0.113." + (10 * edge + i);
                Random random = new Random(seed * 31 + 10L * edge + i);
                askers.add(Thread.ofPlatform().name(name).start(() -> ask(name, which, ip, random)));
            }
        }
    }

    private void ask(String name, int edge, String ip, Random random) {
        while (asking) {
            Key key = keys.any(random);
            boolean much = bulky.get(edge) > 0 && bulky.getAndDecrement(edge) > 0;
            if (key != null) {
                requests.verify(name, edge, key, ip, much);
            }
            pause(much ? 0 : ThreadLocalRandom.current().nextInt(20, 60));
        }
    }

    /** From now on that edge gets requests whose uses take much room, for a while and as fast as it answers. */
    void flood(int edge) {
        bulky.set(edge, BULKY);
    }

    void dry(int edge) {
        bulky.set(edge, 0);
    }

    void stopCommands() throws InterruptedException {
        commanding = false;
        for (Thread thread : commanders) {
            thread.join();
        }
    }

    void stop() throws InterruptedException {
        stopCommands();
        asking = false;
        for (Thread thread : askers) {
            thread.join();
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
