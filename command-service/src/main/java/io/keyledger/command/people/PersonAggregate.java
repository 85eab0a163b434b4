package io.keyledger.command.people;

import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.PersonCommand.Around;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.SignedIn;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/** A person as Axon sees them: the shell around {@link Person} and the {@link PersonCommand}s. */
@Aggregate(commandTargetResolver = "personCommandTarget")
class PersonAggregate {
    private static final MetaData BY_TIME =
            MetaData.with("authtype", Actor.SYSTEM.type()).and("authid", Actor.SYSTEM.id());

    /** Read by Axon alone; null until the first event has named it. */
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable")
    private @Nullable String id;

    private Person state = new Person.Absent();
    private String tenant = "";
    private String lastEvent = "";
    private Instant lastTime = Instant.EPOCH;

    /** For Axon. */
    PersonAggregate() {}

    @CommandHandler(commandName = PersonCommands.CREATE)
    @CreationPolicy(AggregateCreationPolicy.ALWAYS)
    Done<PersonRow> create(
            PersonCommand.Create command, @MetaDataValue("tenant") String tenant, PersonTable table, Clock clock) {
        List<UserEvent> events = command.decide(state, new Around(true, null), clock.instant());
        applyAll(events, MetaData.emptyInstance());
        table.insert(new TenantId(tenant), Person.known(state), command.profile(), lastTime);
        if (command.passwordHash() != null) {
            table.keep(command.userId(), command.passwordHash(), lastTime);
        }
        return done(events, table);
    }

    @CommandHandler(commandName = PersonCommands.CHANGE)
    Done<PersonRow> change(
            PersonCommand command, @MetaDataValue("tenant") String tenant, PersonTable table, Clock clock) {
        if (!tenant.equals(this.tenant)) {
            throw new Refused(new Refusal.NoSuchUser());
        }
        Instant now = clock.instant();
        Person.Known before = Person.known(state);
        List<UserEvent> events = new ArrayList<>(Person.overdue(state, now));
        applyAll(events, BY_TIME);
        List<UserEvent> decided = command.decide(state, around(command, table), now);
        applyAll(decided, MetaData.emptyInstance());
        events.addAll(decided);
        boolean signedIn = decided.stream().anyMatch(SignedIn.class::isInstance);
        if (!events.isEmpty()) {
            table.update(before, Person.known(state), signedIn ? lastTime : null);
        }
        switch (command) {
            case PersonCommand.ChangeProfile c when !decided.isEmpty() -> table.update(c.userId(), c.profile());
            case PersonCommand.ChangePassword c -> table.keep(c.userId(), c.passwordHash(), lastTime);
            case PersonCommand.SignIn c -> table.keep(new TenantId(tenant), c, lastTime);
            case PersonCommand.Erase c
            when !decided.isEmpty() -> table.erase(new TenantId(tenant), c.userId(), lastTime);
            default -> {}
        }
        return done(events, table);
    }

    private Around around(PersonCommand command, PersonTable table) {
        TenantId in = new TenantId(tenant);
        boolean otherAdmins = !command.mayTakeAdmin() || table.otherAdmins(in, command.userId());
        Profile profile = command instanceof PersonCommand.ChangeProfile c
                ? table.find(in, c.userId()).map(PersonRow::profile).orElse(null)
                : null;
        return new Around(otherAdmins, profile);
    }

    private Done<PersonRow> done(List<UserEvent> events, PersonTable table) {
        PersonRow row = table.find(new TenantId(tenant), Person.known(state).userId())
                .orElseThrow(() -> new IllegalStateException("a person without a row"));
        return new Done<>(row, List.copyOf(events), lastEvent, lastTime);
    }

    private static void applyAll(List<? extends UserEvent> events, MetaData by) {
        events.forEach(event -> AggregateLifecycle.apply(event, by));
    }

    @EventSourcingHandler
    void on(UserEvent event, DomainEventMessage<?> message, @MetaDataValue("tenant") String tenant) {
        this.id = PersonCommands.aggregateId(event.userId());
        this.state = Person.evolve(state, event);
        this.tenant = tenant;
        this.lastEvent = message.getIdentifier();
        this.lastTime = message.getTimestamp();
    }
}
