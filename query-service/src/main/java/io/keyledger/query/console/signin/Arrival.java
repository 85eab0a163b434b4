package io.keyledger.query.console.signin;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.query.console.access.LivePeople;
import io.keyledger.query.web.Refused;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Waits a moment until a person who has just been made or changed is known here too. */
@Component
public final class Arrival {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final LivePeople people;

    Arrival(LivePeople people) {
        this.people = people;
    }

    void await(OwnerId user, TenantId tenant) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!known(user, tenant) && System.nanoTime() < end) {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean known(OwnerId user, TenantId tenant) {
        try {
            return people.of(user, tenant) != null;
        } catch (Refused e) {
            return false;
        }
    }
}
