package io.keyledger.edge.server;

import io.keyledger.edge.core.spool.Durability;
import io.keyledger.edge.core.spool.WhenFull;
import io.keyledger.verifier.Routes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Every setting of the edge server.
 *
 * @param instance name of the installation, part of every source
 * @param peppers file with the ring of peppers
 */
@ConfigurationProperties("keyledger")
record EdgeConfig(String instance, Path peppers, Kafka kafka, Tls tls, Edge edge) {

    /** @param ca the certificate authority of the brokers, PEM */
    record Kafka(String bootstrapServers, String username, String password, Path ca) {

        /** Without the password. */
        @Override
        public String toString() {
            return username + "@" + bootstrapServers;
        }
    }

    /**
     * @param certificate chain of this listener, PEM
     * @param privateKey PKCS#8, PEM
     * @param ca whose client certificates are trusted, PEM
     */
    record Tls(Path certificate, Path privateKey, Path ca) {}

    /**
     * @param id the lasting name of this edge
     * @param data a folder of this edge alone
     * @param trustedProxies who may ask {@code /v1/authorize}, and say whose request it is
     * @param trustedCallers who may ask {@code /v1/verify} without a client certificate
     * @param routes looked at before the built-in ones
     * @param staleFor how long after its lease has ended the edge goes on accepting keys that are not strict
     * @param flush how long a stop waits for Kafka to take the last events
     * @param snapshotEvery how much of the log a start may have to read again, in time; a large view is kept less often
     * @param requestTimeout for a request to arrive whole, once its first byte has
     * @param idleTimeout for a connection without a request
     * @param localPort of a second listener without TLS, on loopback and nowhere else, for a gateway on the same host;
     *     0 = there is none
     * @param failuresPerMinute so many attempts with keys that are none may come from an IPv4 address or an IPv6 /64; 0 = any
     * @param maxLimits so many counters of rates and quotas are held in memory
     * @param audit what a use that was written down outlives, and what becomes of one that cannot be
     * @param countriesFile a MaxMind DB that says in which country an address is; null = no country is known
     */
    record Edge(
            String id,
            Path data,
            @DefaultValue("127.0.0.1") String address,
            @DefaultValue("9443") int port,
            @DefaultValue({"127.0.0.1/32", "::1/128"}) List<String> trustedProxies,
            @DefaultValue({"127.0.0.1/32", "::1/128"}) List<String> trustedCallers,
            @DefaultValue List<Routes.Rule> routes,
            @DefaultValue("4h") Duration staleFor,
            @DefaultValue("5s") Duration flush,
            @DefaultValue("1GB") DataSize maxUses,
            @DefaultValue("64MB") DataSize maxRefusals,
            @DefaultValue("1m") Duration snapshotEvery,
            @DefaultValue("10s") Duration requestTimeout,
            @DefaultValue("60s") Duration idleTimeout,
            @DefaultValue("0") int localPort,
            @DefaultValue("60") int failuresPerMinute,
            @DefaultValue("200000") int maxLimits,
            @DefaultValue Audit audit,
            @Nullable Path countriesFile) {}

    /**
     * @param durability process: uses outlive the death of this process. fsync: the loss of power, too
     * @param whenFull refuse: what finds no room on the disk is refused. count: it passes, and the loss is counted
     */
    record Audit(
            @DefaultValue("process") Durability durability,
            @DefaultValue("refuse") WhenFull whenFull) {}
}
