package io.keyledger.edge.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The process: Spring for wiring, health and metrics; the doors themselves are {@link Doors}. */
@SpringBootApplication
@EnableConfigurationProperties(EdgeConfig.class)
public class EdgeServer {
    public static void main(String[] args) {
        SpringApplication.run(EdgeServer.class, args);
    }
}
