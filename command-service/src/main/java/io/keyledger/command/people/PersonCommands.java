package io.keyledger.command.people;

import io.keyledger.events.OwnerId;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How a {@link PersonCommand} finds its aggregate. */
@Configuration(proxyBeanMethods = false)
public class PersonCommands {
    static final String CREATE = "person.create";
    public static final String CHANGE = "person.change";

    /** The name under which a command is handled. */
    public static String name(PersonCommand command) {
        return command instanceof PersonCommand.Create ? CREATE : CHANGE;
    }

    static String aggregateId(OwnerId userId) {
        return "user:" + userId.value();
    }

    @Bean
    CommandTargetResolver personCommandTarget() {
        return message -> new VersionedAggregateIdentifier(
                (Object) aggregateId(((PersonCommand) message.getPayload()).userId()), null);
    }
}
