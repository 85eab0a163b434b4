package io.keyledger.query.history;

import io.keyledger.events.Ids;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs simulations on a thread of their own, one after the other, and remembers the last ones: they are in the memory of this
 * process, and gone with it. Safe from any thread.
 */
public final class Simulations implements AutoCloseable {
    /** So many wait; who comes then is told to come again. */
    static final int WAITING = 8;

    private static final int REMEMBERED = 100;

    private final InstantSource clock;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("simulations").daemon().factory());
    private final Map<String, Job> jobs = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Job> eldest) {
            return size() > REMEMBERED;
        }
    };

    public Simulations(InstantSource clock) {
        this.clock = clock;
    }

    /** A simulation that runs, waits or is done. */
    record Job(String id, Simulation simulation, FutureTask<Simulation.Result> task) {
        /** The answer if it comes within that time; null when it does not. */
        Simulation.@Nullable Result result(Duration patience) throws InterruptedException {
            try {
                return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return null;
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            }
        }
    }

    /**
     * Begins one.
     *
     * @throws Refused when too many wait already
     */
    Job start(Simulation simulation) {
        Job job = new Job("sim_" + Ids.ulid(clock.instant()), simulation, new FutureTask<>(simulation::run));
        try {
            thread.execute(job.task());
        } catch (RejectedExecutionException e) {
            throw new Refused(new Refusal.TooBusy());
        }
        synchronized (jobs) {
            jobs.put(job.id(), job);
        }
        return job;
    }

    /** The tenant's simulation of that id, or null. */
    @Nullable
    Job find(String tenant, String id) {
        synchronized (jobs) {
            Job job = jobs.get(id);
            return job == null || !job.simulation().tenant().equals(tenant) ? null : job;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
