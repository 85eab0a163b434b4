package io.keyledger.command.settings;

import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyTable;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A tenant's settings as Axon sees them. The values stand in the tenant's row, changed with each event. */
@Aggregate(commandTargetResolver = "settingsCommandTarget")
class SettingsAggregate {
    static final String PREFIX = "settings:";

    /** Read by Axon alone; null until the first event has named it. */
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable")
    private @Nullable String id;

    private String lastEvent = "";
    private Instant lastTime = Instant.EPOCH;

    /** For Axon. */
    SettingsAggregate() {}

    @CommandHandler(commandName = ChangeSettings.NAME)
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Done<TenantPolicy> change(ChangeSettings command, KeyTable table, JdbcTemplate jdbc, Clock clock) {
        TenantPolicy before = table.policyForChange(command.tenant());
        Optional<SettingsChanged> changed = command.decide(before, clock.instant());
        if (changed.isEmpty()) {
            return new Done<>(before, List.of(), lastEvent, lastTime);
        }
        AggregateLifecycle.apply(changed.get());
        TenantPolicy after = before.with(changed.get().changes());
        try {
            jdbc.update(
                    "update tenant set policy = ?::jsonb where tenant = ?",
                    json(after),
                    command.tenant().value());
        } catch (DuplicateKeyException _) {
            // The only thing in a policy that is unique.
            throw new Refused(new Refusal.HostTaken());
        }
        return new Done<>(after, List.of(changed.get()), lastEvent, lastTime);
    }

    @EventSourcingHandler
    void on(SettingsChanged event, DomainEventMessage<?> message, @MetaDataValue("tenant") String tenant) {
        this.id = PREFIX + tenant;
        this.lastEvent = message.getIdentifier();
        this.lastTime = message.getTimestamp();
    }

    static String json(TenantPolicy policy) {
        return new String(CanonicalJson.bytes(policy.texts()), StandardCharsets.UTF_8);
    }

    /** How a command finds its aggregate. */
    @Configuration(proxyBeanMethods = false)
    static class Target {
        @Bean
        CommandTargetResolver settingsCommandTarget() {
            return message -> {
                TenantId tenant = ((ChangeSettings) message.getPayload()).tenant();
                return new VersionedAggregateIdentifier((Object) (PREFIX + tenant.value()), null);
            };
        }
    }
}
