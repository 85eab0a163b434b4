package io.keyledger.query.retention;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Takes activity out of the read store: the events that edges wrote, and the addresses and user agents that were folded from
 * them. Totals stay, for they name nobody; so does all of the lifecycle. Safe to repeat, and beside a running fold: what was
 * taken is older than anything that still comes, unless the log is read again, and then the next run takes it again.
 */
public final class OldActivity {
    private static final int BATCH = 5_000;

    /** The fourth part of a source says who writes it; only activity is written by edges. */
    private static final String EVENTS = """
            delete from event where ctid = any (array(
              select ctid from event where time < ? and split_part(source, ':', 4) = 'edge' limit %d))
            returning tenant""".formatted(BATCH);

    /** Up to the first place of a partition that is still known. Places are added at the end, so that the old ones lie in front. */
    private static final String ARRIVALS = """
            with head as (
              select tenant, place, log_offset, id from arrival where tenant = ? and place = ? order by log_offset limit %d)
            delete from arrival a using head h
            where a.tenant = h.tenant and a.place = h.place and a.log_offset = h.log_offset
              and not exists (select from event e where e.id = h.id)""".formatted(BATCH);

    private static final String PLACES = "select 1000 + partition from checkpoint where topic like '%activity%'";

    private final JdbcTemplate jdbc;

    public OldActivity(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Takes what is older than {@code moment}; how many events that were. */
    public long forget(Instant moment) {
        OffsetDateTime before = moment.atOffset(ZoneOffset.UTC);
        long taken = 0;
        Set<String> tenants = new TreeSet<>();
        while (true) {
            var batch = jdbc.queryForList(EVENTS, String.class, before);
            tenants.addAll(batch);
            taken += batch.size();
            if (batch.size() < BATCH) {
                break;
            }
        }
        for (String tenant : tenants) {
            for (int place : places()) {
                forgetPlaces(tenant, place);
            }
        }
        jdbc.update("delete from caller where last_at < ?", before);
        jdbc.update("delete from use_address_day where day < (?::timestamptz at time zone 'UTC')::date", before);
        for (String table : new String[] {"key_use", "credential_use"}) {
            jdbc.update(
                    "update " + table + " set last_used_ip = null where last_used_at < ? and last_used_ip is not null",
                    before);
        }
        return taken;
    }

    private int[] places() {
        return jdbc.query(PLACES, (row, _) -> row.getInt(1)).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void forgetPlaces(String tenant, int place) {
        int gone;
        do {
            gone = jdbc.update(ARRIVALS, tenant, place);
        } while (gone == BATCH);
    }
}
