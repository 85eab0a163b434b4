package io.keyledger.command.dispatch;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was answered to which Idempotency-Key. The row is written in the command's own transaction, under a lock on the key,
 * so that of two repeats at the same moment one is carried out and the other finds what it came to.
 */
@Component
class Idempotency {
    private static final JsonMapper JSON = new JsonMapper();

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final CommandConfig config;

    Idempotency(JdbcTemplate jdbc, Clock clock, CommandConfig config) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.config = config;
    }

    /**
     * What the request came to before, if it is a repeat. Whoever asks with the same key at the same time waits until this
     * transaction has ended.
     *
     * @throws Refused when the key belongs to another request
     */
    Optional<Sent> find(TenantId tenant, Repeat repeat) {
        String sql = "select pg_advisory_xact_lock(?); select fingerprint, result, answer from idempotency"
                + " where tenant = ? and caller = ? and key_hash = ?";
        Sent sent = jdbc.execute(sql, (PreparedStatement s) -> {
            s.setLong(1, lock(tenant, repeat));
            s.setString(2, tenant.value());
            s.setString(3, repeat.caller());
            s.setString(4, repeat.keyHash());
            s.execute();
            s.getMoreResults();
            try (ResultSet rows = s.getResultSet()) {
                if (!rows.next()) {
                    return null;
                }
                if (!rows.getString(1).equals(repeat.fingerprint())) {
                    throw new Refused(new Refusal.IdempotencyKeyReused());
                }
                String answer = rows.getString(3);
                return new Sent(
                        JSON.readValue(rows.getString(2), Result.class),
                        true,
                        answer == null ? null : JSON.readValue(answer, Answer.class));
            }
        });
        return Optional.ofNullable(sent);
    }

    /** Remembers what the request came to. */
    void remember(TenantId tenant, Repeat repeat, Result result) {
        jdbc.update(
                "insert into idempotency (tenant, caller, key_hash, fingerprint, result, created_at)"
                        + " values (?, ?, ?, ?, ?, ?)",
                tenant.value(),
                repeat.caller(),
                repeat.keyHash(),
                repeat.fingerprint(),
                JSON.writeValueAsString(result),
                clock.instant().atOffset(ZoneOffset.UTC));
    }

    /** Remembers what was answered, so that a repeat hears the same; the first answer stays. */
    void remember(TenantId tenant, Repeat repeat, Answer answer) {
        jdbc.update(
                "update idempotency set answer = ? where tenant = ? and caller = ? and key_hash = ? and answer is null",
                JSON.writeValueAsString(answer),
                tenant.value(),
                repeat.caller(),
                repeat.keyHash());
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
    void forget() {
        jdbc.update(
                "delete from idempotency where created_at < ?",
                clock.instant().minus(config.idempotencyKept()).atOffset(ZoneOffset.UTC));
    }

    private static long lock(TenantId tenant, Repeat repeat) {
        long who = (tenant.value() + " " + repeat.caller()).hashCode();
        return who << Integer.SIZE ^ Long.parseUnsignedLong(repeat.keyHash().substring(0, Long.BYTES * 2), 16);
    }
}
