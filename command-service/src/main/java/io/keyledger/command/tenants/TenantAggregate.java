package io.keyledger.command.tenants;

import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.EventSourcingHandler;
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

/** A tenant as Axon sees it. */
@Aggregate(commandTargetResolver = "tenantCommandTarget")
class TenantAggregate {
    /** Read by Axon alone; null until the first event has named it. */
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable")
    private @Nullable String id;

    private String lastEvent = "";
    private Instant lastTime = Instant.EPOCH;

    /** For Axon. */
    TenantAggregate() {}

    @CommandHandler(commandName = CreateTenant.NAME)
    @CreationPolicy(AggregateCreationPolicy.ALWAYS)
    Done<Tenant> create(CreateTenant command, TenantTable table, Clock clock) {
        TenantPolicy policy = TenantPolicy.of(command.preset());
        Tenant tenant =
                new Tenant(command.tenant(), command.name(), command.preset().wire(), clock.instant(), policy, 0);
        if (!table.add(tenant)) {
            throw new Refused(new Refusal.TenantExists(command.tenant().value()));
        }
        TenantCreated created = command.decide();
        AggregateLifecycle.apply(created);
        return new Done<>(tenant, List.of(created), lastEvent, lastTime);
    }

    @EventSourcingHandler
    void on(TenantCreated event, DomainEventMessage<?> message) {
        this.id = id(event.tenant());
        this.lastEvent = message.getIdentifier();
        this.lastTime = message.getTimestamp();
    }

    private static String id(TenantId tenant) {
        return "tenant:" + tenant.value();
    }

    /** How a command finds its aggregate. */
    @Configuration(proxyBeanMethods = false)
    static class Target {
        @Bean
        CommandTargetResolver tenantCommandTarget() {
            return message ->
                    new VersionedAggregateIdentifier((Object) id(((CreateTenant) message.getPayload()).tenant()), null);
        }
    }
}
