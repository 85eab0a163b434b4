package io.keyledger.command.users;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Outage;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.people.PersonCommand;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Looks for people whose access is over: that is an event though nobody acts, on time, or at the next start. */
@Component
class DuePeople {
    private static final Logger log = LoggerFactory.getLogger(DuePeople.class);
    private static final int BATCH = 200;

    private final JdbcTemplate jdbc;
    private final Commands commands;
    private final Clock clock;

    DuePeople(JdbcTemplate jdbc, Commands commands, Clock clock) {
        this.jdbc = jdbc;
        this.commands = commands;
        this.clock = clock;
    }

    private record Due(OwnerId userId, TenantId tenant) {}

    @Scheduled(fixedDelayString = "${keyledger.command.expiry-poll:100ms}")
    void poll() {
        try {
            due().forEach(this::settle);
        } catch (RuntimeException e) {
            if (!Outage.isDatabaseAway(e)) {
                log.error("people whose access is over could not be looked for", e);
            }
        }
    }

    private List<Due> due() {
        return jdbc.query(
                "select user_id, tenant from person where due_at <= ? order by due_at limit " + BATCH,
                (row, _) -> new Due(new OwnerId(row.getString(1)), new TenantId(row.getString(2))),
                clock.instant().atOffset(ZoneOffset.UTC));
    }

    private void settle(Due person) {
        try {
            commands.send(
                    new PersonCommand.Settle(person.userId()),
                    Origin.system(person.tenant()),
                    done -> new Result(200, Map.of(), Await.NOTHING, done.eventId(), false));
        } catch (RuntimeException e) {
            if (Outage.isDatabaseAway(e)) {
                throw e;
            }
            log.error("the access of {} cannot be ended", person.userId(), e);
        }
    }
}
