package io.keyledger.command.dispatch;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import io.keyledger.command.commit.WriteSet;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was answered to which Idempotency-Key. The row is written with the command's own, once: of two repeats at the same
 * moment one is carried out, and the other, which cannot write it, finds what that one came to.
 */
@Component
class Idempotency {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String FIND =
            "select fingerprint, result, answer from idempotency where tenant = ? and caller = ? and key_hash = ?";

    private static final String INSERT = """
        insert into idempotency (tenant, caller, key_hash, fingerprint, result, created_at)
        select * from unnest(?, ?, ?, ?, ?, ?) on conflict do nothing returning tenant, caller, key_hash\
        """;

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final CommandConfig config;

    Idempotency(JdbcTemplate jdbc, Clock clock, CommandConfig config) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.config = config;
    }

    /**
     * What the request came to before, if it is a repeat.
     *
     * @throws Refused when the key belongs to another request
     */
    Optional<Sent> find(TenantId tenant, Repeat repeat) {
        return Optional.ofNullable(jdbc.query(
                FIND,
                found -> found.next() ? sent(found, repeat) : null,
                tenant.value(),
                repeat.caller(),
                repeat.keyHash()));
    }

    /**
     * As {@link #find}, within a transaction. Whoever asks with the same key at the same time waits until it has ended.
     *
     * @throws Refused when the key belongs to another request
     */
    Optional<Sent> findOrWait(TenantId tenant, Repeat repeat) {
        jdbc.query("select pg_advisory_xact_lock(?)", ResultSet::next, lock(tenant, repeat));
        return find(tenant, repeat);
    }

    private static Sent sent(ResultSet found, Repeat repeat) throws SQLException {
        if (!found.getString(1).equals(repeat.fingerprint())) {
            throw new Refused(new Refusal.IdempotencyKeyReused());
        }
        String answer = found.getString(3);
        return new Sent(
                JSON.readValue(found.getString(2), Result.class),
                true,
                answer == null ? null : JSON.readValue(answer, Answer.class));
    }

    /** Remembers what the request came to, with what else its command writes. */
    void remember(TenantId tenant, Repeat repeat, Result result) {
        Row row = new Row(tenant, repeat, JSON.writeValueAsString(result), clock.instant());
        WriteSet.current().ifPresentOrElse(command -> command.add(ROWS, row), () -> ROWS.claim(jdbc, row));
    }

    private record Row(TenantId tenant, Repeat repeat, String result, Instant createdAt) {}

    private static final Rows<Row> ROWS = new Rows<>() {
        @Override
        public Step step() {
            return Step.ONCE;
        }

        @Override
        public void write(Script script, List<Row> rows, Consumer<Row> turnedDown) {
            script.add(INSERT, columns(rows), found -> {
                Set<List<String>> inserted = new HashSet<>();
                while (found.next()) {
                    inserted.add(List.of(found.getString(1), found.getString(2), found.getString(3)));
                }
                // Of two that are the same, the first one was inserted.
                rows.stream().filter(row -> !inserted.remove(key(row))).forEach(turnedDown);
            });
        }

        @Override
        public void claim(JdbcTemplate jdbc, Row row) {
            Boolean inserted = jdbc.execute(INSERT, (PreparedStatement s) -> {
                columns(List.of(row)).bind(s, 1);
                try (ResultSet found = s.executeQuery()) {
                    return found.next();
                }
            });
            if (!Boolean.TRUE.equals(inserted)) {
                throw new ConcurrencyException("the same request was carried out meanwhile");
            }
        }

        private static List<String> key(Row row) {
            return List.of(row.tenant.value(), row.repeat.caller(), row.repeat.keyHash());
        }

        private static Columns<Row> columns(List<Row> rows) {
            return new Columns<>(rows)
                    .text(row -> row.tenant.value())
                    .text(row -> row.repeat.caller())
                    .text(row -> row.repeat.keyHash())
                    .text(row -> row.repeat.fingerprint())
                    .text(Row::result)
                    .time(Row::createdAt);
        }
    };

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
