package io.keyledger.command.users;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.people.PersonTable;
import java.time.Clock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Forgets from where people have signed in once that has been kept long enough, each hour. */
@Component
class OldSignIns {
    private final PersonTable table;
    private final CommandConfig config;
    private final Clock clock;

    OldSignIns(PersonTable table, CommandConfig config, Clock clock) {
        this.table = table;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
    void forget() {
        table.forgetSignIns(clock.instant().minus(config.signInsKept()));
    }
}
