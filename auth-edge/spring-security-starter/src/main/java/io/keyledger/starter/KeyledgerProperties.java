package io.keyledger.starter;

import io.keyledger.edge.core.spool.Durability;
import io.keyledger.edge.core.spool.WhenFull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a service that is an edge has to be told.
 *
 * @param instance name of the installation, part of every source
 * @param peppers file with the ring of peppers
 */
@ConfigurationProperties("keyledger")
public record KeyledgerProperties(
        String instance,
        Path peppers,
        Kafka kafka,
        Edge edge,
        @DefaultValue Security security) {

    /** @param ca the certificate authority of the brokers, PEM */
    public record Kafka(String bootstrapServers, String username, String password, Path ca) {

        /** Without the password. */
        @Override
        public String toString() {
            return username + "@" + bootstrapServers;
        }
    }

    /**
     * @param id the lasting name of this edge
     * @param data a folder of this edge alone
     * @param staleFor how long after its lease has ended it goes on accepting keys that are not strict
     * @param flush how long a stop waits for Kafka to take the last events
     * @param failuresPerMinute so many attempts with keys that are none may come from an IPv4 address or an IPv6 /64; 0 = any
     * @param maxLimits so many counters of rates and quotas are held in memory
     * @param audit what a use that was written down outlives, and what becomes of one that cannot be
     * @param countriesFile a MaxMind DB that says in which country an address is; null = no country is known
     */
    public record Edge(
            String id,
            Path data,
            @DefaultValue("4h") Duration staleFor,
            @DefaultValue("5s") Duration flush,
            @DefaultValue("60") int failuresPerMinute,
            @DefaultValue("200000") int maxLimits,
            @DefaultValue Audit audit,
            @Nullable Path countriesFile) {}

    /**
     * @param durability process: uses outlive the death of this process. fsync: the loss of power, too; each accepted request
     *     waits for the disk
     * @param whenFull refuse: what finds no room on the disk is refused. count: it passes, and the loss is counted
     */
    public record Audit(
            @DefaultValue("process") Durability durability,
            @DefaultValue("refuse") WhenFull whenFull) {}

    /** @param exclude path patterns that this service decides nothing about, such as {@code /actuator/**} */
    public record Security(@DefaultValue List<String> exclude) {}
}
