package io.keyledger.query;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Every setting of this service that is not Spring's own or the embedded edge's.
 *
 * @param elasticsearch where the audit is searched
 * @param commandService where commands are carried out
 * @param readers how many threads fold into PostgreSQL
 * @param patience how long a reading request waits for its {@code minPosition}
 * @param commandPatience how long command-service may take to answer
 * @param rebuild whether to empty the read store at start, so that it is folded again from the log
 * @param activityKept how long what edges saw is kept in the read store and the search index; the topic has its own
 *     {@code retention.ms}, and the two are one decision
 * @param assertionKey signs who asks when a person does: Ed25519, PKCS#8 PEM
 * @param sharedHosts the host names of all tenants that have none of their own
 */
@ConfigurationProperties("keyledger.query")
record QueryConfig(
        @DefaultValue("http://localhost:9200") URI elasticsearch,
        @DefaultValue("https://localhost:8444") URI commandService,
        @DefaultValue("2") int readers,
        @DefaultValue("5s") Duration patience,
        @DefaultValue("30s") Duration commandPatience,
        @DefaultValue("false") boolean rebuild,
        @DefaultValue("400d") Duration activityKept,
        Path assertionKey,
        @DefaultValue({"localhost", "127.0.0.1", "::1"}) Set<String> sharedHosts) {}
