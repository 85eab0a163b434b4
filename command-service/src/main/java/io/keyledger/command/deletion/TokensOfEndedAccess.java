package io.keyledger.command.deletion;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Outage;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Deletes the personal tokens of people whose access is over. Edges refuse them from the moment at which it ends; this takes
 * them out of lists as well. What a crash has left is found at the next look.
 */
@Component
class TokensOfEndedAccess {
    private static final Logger log = LoggerFactory.getLogger(TokensOfEndedAccess.class);
    private static final String REASON = "the access of its owner has ended";

    private final JdbcTemplate jdbc;
    private final Commands commands;

    TokensOfEndedAccess(JdbcTemplate jdbc, Commands commands) {
        this.jdbc = jdbc;
        this.commands = commands;
    }

    private record Due(String userId, TenantId tenant) {}

    @Scheduled(fixedDelayString = "${keyledger.command.expiry-poll:100ms}")
    void poll() {
        try {
            for (Due due : due()) {
                tokens(due).forEach(key -> delete(key, due.tenant()));
                jdbc.update("update person set tokens_due = false where user_id = ?", due.userId());
            }
        } catch (RuntimeException e) {
            if (!Outage.isDatabaseAway(e)) {
                log.error("tokens of people whose access is over could not be deleted", e);
            }
        }
    }

    private List<Due> due() {
        return jdbc.query(
                "select user_id, tenant from person where tokens_due order by user_id limit 100",
                (row, _) -> new Due(row.getString(1), new TenantId(row.getString(2))));
    }

    private List<KeyId> tokens(Due due) {
        return jdbc.query(
                "select key_id from key where tenant = ? and owner = ? and kind = 'personal' and status <> 'DELETED'",
                (row, _) -> new KeyId(row.getString(1)),
                due.tenant().value(),
                due.userId());
    }

    private void delete(KeyId key, TenantId tenant) {
        try {
            commands.send(
                    new DeleteKey(key, REASON),
                    Origin.system(tenant),
                    done -> new Result(200, Map.of(), Await.NOTHING, done.eventId(), false));
        } catch (Refused e) {
            if (!(e.refusal() instanceof Refusal.NoSuchKey)) {
                throw e;
            }
            // Somebody was faster.
        }
    }
}
