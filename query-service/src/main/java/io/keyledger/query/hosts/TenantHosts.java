package io.keyledger.query.hosts;

import io.keyledger.events.TenantId;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import io.keyledger.query.web.ServedHost;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Which tenant has which host name, as the read store says, looked up again about once a second. While it cannot be asked, or
 * is being made anew, what was known last goes on. Safe from any thread.
 */
public final class TenantHosts {
    /** The setting, operator's alone, that gives a tenant its name. */
    private static final String SETTING = "tenant.host";

    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(TenantHosts.class);

    private final JdbcTemplate jdbc;
    private final Set<String> shared;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Known known;

    /** @param several whether there is more than one tenant */
    private record Known(Map<String, TenantId> hosts, boolean several, long at) {
        Set<TenantId> elsewhere() {
            return new HashSet<>(hosts.values());
        }
    }

    /** @param shared names of all tenants that have none of their own */
    public TenantHosts(JdbcTemplate jdbc, Set<String> shared) {
        this.jdbc = jdbc;
        this.shared = shared.stream().map(TenantHosts::plain).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whom a host name serves.
     *
     * @param name without a port
     * @throws Refused when it is nobody's: with several tenants no name is guessed
     */
    ServedHost of(String name) {
        String host = plain(name);
        Known now = known();
        if (shared.contains(host)) {
            // Before anything is known nothing can be read either, and command-service knows for itself.
            return ServedHost.shared(now == null ? Set.of() : now.elsewhere());
        }
        if (now == null) {
            throw new Refused(new Refusal.DatabaseAway());
        }
        TenantId owner = now.hosts().get(host);
        if (owner != null) {
            return ServedHost.own(host, owner);
        }
        if (now.several() || !now.hosts().isEmpty()) {
            throw new Refused(new Refusal.UnknownHost());
        }
        return ServedHost.shared(Set.of());
    }

    private @Nullable Known known() {
        Known before = known;
        if (isFresh(before)) {
            return before;
        }
        if (before == null) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return before;
        }
        try {
            Known last = known;
            if (isFresh(last)) {
                // Another thread has asked while this one waited.
                return last;
            }
            Known found = read();
            if (found == null && last != null) {
                found = new Known(last.hosts(), last.several(), System.nanoTime());
            }
            known = found;
            return found;
        } finally {
            asking.unlock();
        }
    }

    private static boolean isFresh(@Nullable Known known) {
        return known != null && System.nanoTime() - known.at() < FRESH;
    }

    /** Null when it cannot be known: there is always a tenant, so a store without one is not made yet. */
    private @Nullable Known read() {
        try {
            Map<String, TenantId> hosts = new HashMap<>();
            List<Integer> tenants = jdbc.query(
                    """
                    select t.tenant, s.value from tenant t
                    left join setting s on s.tenant = t.tenant and s.name = ?""",
                    (row, _) -> {
                        String host = row.getString(2);
                        if (host != null) {
                            hosts.put(host, new TenantId(row.getString(1)));
                        }
                        return 1;
                    },
                    SETTING);
            return tenants.isEmpty() ? null : new Known(Map.copyOf(hosts), tenants.size() > 1, System.nanoTime());
        } catch (RuntimeException e) {
            LOG.debug("the host names of tenants are not known now: {}", e.toString());
            return null;
        }
    }

    /** Names are compared in lower case, without the dot of the root, an IPv6 address without its brackets. */
    private static String plain(String name) {
        String host = name.toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
