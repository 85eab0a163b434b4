package io.keyledger.edge.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The process: Spring for wiring, health and metrics; the doors themselves are {@link Doors}. */
@SpringBootApplication
@EnableConfigurationProperties(EdgeConfig.class)
public class EdgeServer {
    private static final String LEAKS = "io.netty.leakDetection.level";

    public static void main(String[] args) {
        if (System.getProperty(LEAKS) == null) {
            // By default Netty takes two stack traces for one buffer in 128.
            System.setProperty(LEAKS, "disabled");
        }
        SpringApplication.run(EdgeServer.class, args);
    }
}
