package io.keyledger.command.key;

import io.keyledger.command.key.KeyCommand.Bound;
import io.keyledger.command.key.KeyCommand.Plain;
import io.keyledger.command.key.Policies.Ruling;
import io.keyledger.command.vault.Sealed;
import io.keyledger.command.vault.Vault;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** A key as Axon sees it: the shell around {@link ApiKey} and the {@link KeyCommand}s. */
@Aggregate(commandTargetResolver = "keyCommandTarget")
class KeyAggregate {
    private static final MetaData BY_TIME =
            MetaData.with("authtype", Actor.SYSTEM.type()).and("authid", Actor.SYSTEM.id());

    /** Read by Axon alone; null until the first event has named it. */
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable")
    private @Nullable String id;

    private ApiKey state = new ApiKey.Absent();
    private String tenant = "";
    private String lastEvent = "";
    private Instant lastTime = Instant.EPOCH;

    /** For Axon. */
    KeyAggregate() {}

    @CommandHandler(commandName = KeyCommands.CREATE)
    @CreationPolicy(AggregateCreationPolicy.ALWAYS)
    Done<ApiKey> create(
            Bound command, @MetaDataValue("tenant") String tenant, KeyTable table, Vault vault, Clock clock) {
        TenantId in = new TenantId(tenant);
        Ruling ruling = table.rule(in, policy -> command.decide(state, policy, clock.instant()));
        applyAll(ruling.events(), MetaData.emptyInstance());
        table.insert(in, state, ruling.policy(), lastTime, Objects.requireNonNull(command.verifier()));
        keep(command, vault);
        return new Done<>(state, ruling.events(), lastEvent, lastTime);
    }

    @CommandHandler(commandName = KeyCommands.CHANGE)
    Done<ApiKey> change(
            KeyCommand command, @MetaDataValue("tenant") String tenant, KeyTable table, Vault vault, Clock clock) {
        if (!tenant.equals(this.tenant)) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Instant now = clock.instant();
        ApiKey before = state;
        applyAll(ApiKey.overdue(state, now), BY_TIME);
        List<KeyEvent> events;
        switch (command) {
            case Plain plain -> {
                events = plain.decide(state, now);
                applyAll(events, MetaData.emptyInstance());
                table.update(new TenantId(tenant), before, state);
            }
            case Bound bound -> {
                Ruling ruling = table.rule(new TenantId(tenant), policy -> bound.decide(state, policy, now));
                events = ruling.events();
                applyAll(events, MetaData.emptyInstance());
                table.update(new TenantId(tenant), before, state, ruling.policy());
            }
        }
        Set<CredentialId> forgotten = new HashSet<>(kept(before));
        forgotten.removeAll(kept(state));
        vault.forget(forgotten);
        keep(command, vault);
        return done(command, events, table);
    }

    private static Set<CredentialId> kept(ApiKey key) {
        return key instanceof ApiKey.Live live ? live.facts().kept() : Set.of();
    }

    /** Keeps the copy that the command has brought, if its decision keeps it. */
    private void keep(KeyCommand command, Vault vault) {
        KeyCommand.NewVerifier verifier = command.verifier();
        Sealed copy = command.copy();
        if (verifier != null && copy != null && kept(state).contains(verifier.credential())) {
            vault.keep(new TenantId(tenant), command.keyId(), verifier.credential(), copy);
        }
    }

    private Done<ApiKey> done(KeyCommand command, List<KeyEvent> events, KeyTable table) {
        KeyCommand.NewVerifier verifier = command.verifier();
        if (verifier != null) {
            table.keep(command.keyId(), verifier);
        }
        return new Done<>(state, events, lastEvent, lastTime);
    }

    private static void applyAll(List<? extends KeyEvent> events, MetaData by) {
        events.forEach(event -> AggregateLifecycle.apply(event, by));
    }

    @EventSourcingHandler
    void on(KeyEvent event, DomainEventMessage<?> message, @MetaDataValue("tenant") String tenant) {
        this.id = event.keyId().value();
        this.state = ApiKey.evolve(state, event);
        this.tenant = tenant;
        this.lastEvent = message.getIdentifier();
        this.lastTime = message.getTimestamp();
    }
}
