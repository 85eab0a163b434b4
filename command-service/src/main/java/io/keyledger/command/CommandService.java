package io.keyledger.command;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The service that decides: REST commands in, events out. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class CommandService {
    private CommandService() {}

    public static void main(String[] args) {
        // Axon asks its maker for updates otherwise: nothing of ours talks to anyone it was not told of.
        System.setProperty("axoniq.update-checker.disabled", "true");
        SpringApplication.run(CommandService.class, args);
    }
}
