package io.keyledger.command.settings;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Preset;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.RecordJson;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** A tenant's settings as they stood at a moment: what it began with, and its changes, folded as they were when they came. */
@Component
class PastSettings {
    private final EventStore events;
    private final JdbcTemplate jdbc;

    PastSettings(EventStore events, JdbcTemplate jdbc) {
        this.events = events;
        this.jdbc = jdbc;
    }

    /** One change of settings, and when. */
    record Change(Instant at, SettingsChanged event) {}

    /** With what a tenant began. */
    private record Beginning(Preset preset, Instant at) {}

    /**
     * The settings at {@code moment}, inclusive.
     *
     * @throws Refused when the tenant was created later
     */
    TenantPolicy at(TenantId tenant, Instant moment) {
        Beginning beginning = jdbc.query(
                "select preset, created_at from tenant where tenant = ?",
                row -> {
                    Preset preset = row.next() ? Preset.ofWire(row.getString(1)) : null;
                    return preset == null
                            ? null
                            : new Beginning(
                                    preset,
                                    row.getObject(2, OffsetDateTime.class).toInstant());
                },
                tenant.value());
        if (beginning == null) {
            throw new Refused(new Refusal.NoSuchTenant());
        }
        if (moment.isBefore(beginning.at())) {
            throw new Refused(new Refusal.InvalidValue(
                    "asOf", "not before the tenant was created, " + RecordJson.time(beginning.at())));
        }
        List<Change> changes = new ArrayList<>();
        events.readEvents(SettingsAggregate.PREFIX + tenant.value())
                .asStream()
                .forEach(message -> add(changes, message));
        return fold(beginning.preset(), changes, moment);
    }

    private static void add(List<Change> changes, DomainEventMessage<?> message) {
        if (message.getPayload() instanceof SettingsChanged event) {
            changes.add(new Change(message.getTimestamp(), event));
        }
    }

    /** Up to the first change that is later; what follows that one had not happened either. */
    static TenantPolicy fold(Preset preset, List<Change> changes, Instant moment) {
        TenantPolicy policy = TenantPolicy.of(preset);
        for (Change change : changes) {
            if (change.at().isAfter(moment)) {
                break;
            }
            policy = policy.with(change.event().changes());
        }
        return policy;
    }
}
