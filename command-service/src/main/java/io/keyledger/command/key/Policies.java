package io.keyledger.command.key;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import io.keyledger.command.commit.WriteSet;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What tenants ask of their keys, as this process remembers it. A decision goes ahead on what is remembered, and its commit
 * makes sure that it is still so, until it is done. A refusal has no commit: it is made by what is so. Safe from any thread.
 */
final class Policies implements Rows<Policies.Held> {
    /** Class of the advisory locks that hold a tenant's policy still: shared by those it binds, alone for a change. */
    private static final int LOCK = 0x6b6c01;

    private static final int MAX_KNOWN = 1_000;

    private static final String HOLD =
            "select pg_advisory_xact_lock_shared(%d, hashtext(tenant)) from unnest(?) as t(tenant)".formatted(LOCK);

    private static final String READ = "select tenant, policy from tenant where tenant = any (?)";

    private final JdbcTemplate jdbc;
    private final Map<TenantId, Known> known = new ConcurrentHashMap<>();

    Policies(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What was decided, and the policy that it was decided by. */
    record Ruling(TenantPolicy policy, List<KeyEvent> events) {}

    /** Decides by the tenant's policy. */
    Ruling rule(TenantId tenant, Function<TenantPolicy, List<KeyEvent>> decision) {
        Known remembered = known.get(tenant);
        if (remembered != null) {
            try {
                return ruling(tenant, remembered, decision);
            } catch (Refused _) {
                // Perhaps by what is no longer so.
            }
        }
        return ruling(tenant, read(tenant), decision);
    }

    private Ruling ruling(TenantId tenant, Known by, Function<TenantPolicy, List<KeyEvent>> decision) {
        List<KeyEvent> events = decision.apply(by.policy());
        WriteSet.required().add(this, new Held(tenant, by.text()));
        return new Ruling(by.policy(), events);
    }

    /** The policy as it is now. */
    TenantPolicy current(TenantId tenant) {
        return read(tenant).policy();
    }

    /** The policy, for the one who is about to change it; it stays so until the transaction ends. */
    TenantPolicy forChange(TenantId tenant) {
        // Two statements, for the second must not see less than what was there when the lock was had; one round trip.
        String sql = "select pg_advisory_xact_lock(?, hashtext(?)); select policy from tenant where tenant = ?";
        TenantPolicy policy = jdbc.execute(sql, (PreparedStatement s) -> {
            s.setInt(1, LOCK);
            s.setString(2, tenant.value());
            s.setString(3, tenant.value());
            s.execute();
            s.getMoreResults();
            try (ResultSet rows = s.getResultSet()) {
                return rows.next() ? KeyTable.policy(rows.getString(1)) : null;
            }
        });
        if (policy == null) {
            throw new Refused(new Refusal.NoSuchTenant());
        }
        return policy;
    }

    /** A policy as it stands in the database, and what that means. */
    private record Known(String text, TenantPolicy policy) {}

    private Known read(TenantId tenant) {
        Known read = jdbc.query(
                "select policy from tenant where tenant = ?",
                found -> found.next() ? new Known(found.getString(1), KeyTable.policy(found.getString(1))) : null,
                tenant.value());
        if (read == null) {
            throw new Refused(new Refusal.NoSuchTenant());
        }
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(tenant, read);
        return read;
    }

    /** That a tenant's policy stands as a decision took it. */
    record Held(TenantId tenant, String text) {}

    @Override
    public Step step() {
        return Step.HOLD;
    }

    @Override
    public void write(Script script, List<Held> rows, Consumer<Held> turnedDown) {
        List<String> tenants = rows.stream()
                .map(row -> row.tenant().value())
                .distinct()
                .sorted()
                .toList();
        script.add(HOLD, new Columns<>(tenants).text(tenant -> tenant));
        script.add(READ, new Columns<>(tenants).text(tenant -> tenant), found -> {
            Map<String, String> texts = new HashMap<>();
            while (found.next()) {
                texts.put(found.getString(1), found.getString(2));
            }
            rows.stream()
                    .filter(row -> !row.text().equals(texts.get(row.tenant().value())))
                    .forEach(turnedDown);
        });
    }

    @Override
    public void claim(JdbcTemplate jdbc, Held row) {
        jdbc.query(HOLD, ResultSet::next, (Object) new String[] {row.tenant().value()});
        if (!read(row.tenant()).text().equals(row.text())) {
            throw new ConcurrencyException("decided by a policy that has changed since");
        }
    }
}
