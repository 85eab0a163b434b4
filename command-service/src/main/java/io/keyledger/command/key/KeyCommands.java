package io.keyledger.command.key;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.AggregateFactory;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How a {@link KeyCommand} finds its aggregate, and how that is made. */
@Configuration(proxyBeanMethods = false)
public class KeyCommands {
    static final String CREATE = "key.create";
    static final String CHANGE = "key.change";

    /** The name under which a command is handled. */
    public static String name(KeyCommand command) {
        return command instanceof KeyCommand.Bound bound && bound.creates() ? CREATE : CHANGE;
    }

    /** Found by its name. Axon would make each aggregate a bean of Spring's, which takes longer than to decide. */
    @Bean
    AggregateFactory<KeyAggregate> keyAggregateAggregateFactory() {
        return new AggregateFactory<>() {
            @Override
            public KeyAggregate createAggregateRoot(String id, DomainEventMessage<?> firstEvent) {
                return new KeyAggregate();
            }

            @Override
            public Class<KeyAggregate> getAggregateType() {
                return KeyAggregate.class;
            }
        };
    }

    @Bean
    CommandTargetResolver keyCommandTarget() {
        return message -> new VersionedAggregateIdentifier(
                (Object) ((KeyCommand) message.getPayload()).keyId().value(), null);
    }
}
