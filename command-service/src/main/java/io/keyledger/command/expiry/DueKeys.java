package io.keyledger.command.expiry;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Outage;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refused;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks for keys whose time has come: an expiry is an event though nobody acts, on time, or at the next start. Finding the
 * same key twice, here or in another process, does no harm: the second finds nothing left to write.
 */
@Component
class DueKeys {
    private static final Logger log = LoggerFactory.getLogger(DueKeys.class);
    private static final int BATCH = 200;
    private static final int AT_ONCE = 8;

    private final JdbcTemplate jdbc;
    private final Commands commands;
    private final Clock clock;
    private boolean away;

    DueKeys(JdbcTemplate jdbc, Commands commands, Clock clock) {
        this.jdbc = jdbc;
        this.commands = commands;
        this.clock = clock;
    }

    private record Due(KeyId keyId, TenantId tenant) {}

    @Scheduled(fixedDelayString = "${keyledger.command.expiry-poll:100ms}")
    void poll() {
        try {
            while (settle(due()) == BATCH) {
                // There may be more.
            }
            away = false;
        } catch (RuntimeException e) {
            if (!Outage.isDatabaseAway(e)) {
                log.error("keys whose time has come could not be looked for", e);
            } else if (!away) {
                away = true;
                log.warn("keys whose time has come wait for the database");
            }
        }
    }

    private List<Due> due() {
        return jdbc.query(
                "select key_id, tenant from key where due_at <= ? order by due_at limit " + BATCH,
                (row, _) -> new Due(new KeyId(row.getString(1)), new TenantId(row.getString(2))),
                clock.instant().atOffset(ZoneOffset.UTC));
    }

    /** How many of them were settled. */
    private int settle(List<Due> due) {
        AtomicInteger settled = new AtomicInteger();
        Semaphore turns = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Due key : due) {
                turns.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        settle(key);
                        settled.incrementAndGet();
                    } finally {
                        turns.release();
                    }
                });
            }
        }
        return settled.get();
    }

    private void settle(Due key) {
        try {
            commands.send(new SettleKey(key.keyId()), Origin.system(key.tenant()), DueKeys::result);
        } catch (Refused e) {
            log.info("key {} is settled later: {}", key.keyId(), e.refusal());
        } catch (RuntimeException e) {
            if (Outage.isDatabaseAway(e)) {
                log.debug("key {} is settled later", key.keyId());
            } else {
                log.error("key {} cannot be settled", key.keyId(), e);
            }
        }
    }

    private static Result result(Done<ApiKey> done) {
        return new Result(200, Map.of(), Await.NOTHING, done.eventId(), false);
    }
}
