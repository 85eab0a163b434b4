package io.keyledger.command.ledger;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import io.keyledger.events.view.CredentialState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** Answers what of the ledger is on Kafka already: for those who have no memory of it. Safe from any thread. */
public final class LedgerReader {
    private final JdbcTemplate jdbc;

    LedgerReader(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /**
     * An event of the ledger.
     *
     * @param key null when it is about no key
     * @param ends whether the key is refused because of it
     * @param published whether it is known to be on Kafka
     */
    public record Known(
            String eventId, @Nullable KeyId key, boolean ends, boolean strict, Instant time, boolean published) {}

    /** The event of that id. */
    public Optional<Known> event(UUID eventId) {
        return Optional.ofNullable(jdbc.execute((ConnectionCallback<@Nullable Known>) connection -> {
            LedgerEntry entry = LedgerStore.entry(connection, eventId).orElse(null);
            CloudEvent event = entry == null ? null : CloudEvent.read(entry.bytes());
            if (entry == null || event == null) {
                return null;
            }
            KeyId key = event.data() instanceof KeyEvent e ? e.keyId() : null;
            boolean strict = key != null
                    && LedgerStore.credentials(connection, List.of(key.value())).values().stream()
                            .flatMap(List::stream)
                            .allMatch(CredentialState::strict);
            return new Known(
                    event.id(),
                    key,
                    Published.endsKey(event.data()),
                    strict,
                    event.time(),
                    entry.index() < LedgerStore.published(connection));
        }));
    }

    /** Ends and suspensions of keys that no {@code revocation.confirmed} in the ledger names. */
    public List<Known> unconfirmed() {
        List<Known> known = jdbc.execute((ConnectionCallback<List<Known>>) connection -> {
            long published = LedgerStore.published(connection);
            return LedgerStore.unconfirmed(connection).stream()
                    .map(row -> new Known(
                            row.eventId(),
                            new KeyId(row.keyId()),
                            true,
                            row.strict(),
                            row.time(),
                            row.index() < published))
                    .toList();
        });
        return known == null ? List.of() : known;
    }
}
