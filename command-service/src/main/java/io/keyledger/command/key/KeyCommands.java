package io.keyledger.command.key;

import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How a {@link KeyCommand} finds its aggregate. */
@Configuration(proxyBeanMethods = false)
public class KeyCommands {
    static final String CREATE = "key.create";
    static final String CHANGE = "key.change";

    /** The name under which a command is handled. */
    public static String name(KeyCommand command) {
        return command instanceof KeyCommand.Bound bound && bound.creates() ? CREATE : CHANGE;
    }

    @Bean
    CommandTargetResolver keyCommandTarget() {
        return message -> new VersionedAggregateIdentifier(
                (Object) ((KeyCommand) message.getPayload()).keyId().value(), null);
    }
}
