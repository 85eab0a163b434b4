package io.keyledger.command;

import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Peppers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What all of the service shares: time, keys, and what an event knows of the command behind it. */
@Configuration(proxyBeanMethods = false)
class CommandBeans {

    @Bean
    Clock clock() {
        Clock clock = new UnitOfWorkClock(Clock.systemUTC());
        GenericEventMessage.clock = clock;
        return clock;
    }

    @Bean
    Peppers peppers(@Value("${keyledger.peppers}") Path file) throws IOException {
        return Peppers.read(file);
    }

    @Bean
    KeyFactory keyFactory() {
        return new KeyFactory(new SecureRandom());
    }

    /** Every event says who did what in which tenant, and nothing else. */
    @Bean
    CorrelationDataProvider correlationData() {
        return new SimpleCorrelationDataProvider("tenant", "authtype", "authid", "requestId");
    }
}
