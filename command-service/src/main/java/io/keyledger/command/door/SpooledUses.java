package io.keyledger.command.door;

import io.keyledger.command.ledger.KafkaAccess;
import io.keyledger.edge.core.spool.Granularity;
import io.keyledger.edge.core.spool.Refusal;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.edge.core.spool.Spooled;
import io.keyledger.edge.core.spool.Use;
import io.keyledger.edge.core.spool.UseSpool;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The record of this door's verdicts: the same spool on disk that an edge has. Safe from any thread. */
@Component
public class SpooledUses implements AutoCloseable {
    private final UseSpool spool;

    SpooledUses(
            @Value("${keyledger.instance}") String instance,
            @Value("${keyledger.edge.id:command-1}") String edge,
            @Value("${keyledger.edge.data}") Path data,
            KafkaAccess kafka,
            MeterRegistry meters)
            throws IOException {
        spool = UseSpool.open(new SpoolSettings(instance, edge, data), kafka.client());
        String version = SpooledUses.class.getPackage().getImplementationVersion();
        spool.started(version == null ? "unpackaged" : version);
        Gauge.builder("keyledger.spool.held", spool, UseSpool::heldBytes)
                .baseUnit("bytes")
                .description("uses that Kafka does not have yet")
                .register(meters);
        Gauge.builder("keyledger.spool.uncounted", spool, UseSpool::uncounted)
                .description("refusals that found no room even to be counted")
                .register(meters);
    }

    /** Records an accepted request; false when it could not be, so that the request must not pass. */
    boolean used(Asked asked, Registered key) {
        Use use = new Use(
                asked.time(),
                key.tenant(),
                key.keyId(),
                key.credentialId(),
                key.name(),
                key.scope(),
                asked.permission(),
                asked.method(),
                asked.path(),
                asked.ip(),
                asked.userAgent(),
                asked.requestId());
        return spool.use(use, key.policy().countsBySecond() ? Granularity.SECOND : Granularity.REQUEST) == Spooled.DONE;
    }

    /**
     * Records a refused request.
     *
     * @param key set when the presented secret was that key's own
     * @param presented the public part of what was presented, never more
     */
    void refused(Asked asked, Code code, @Nullable Registered key, @Nullable String presented) {
        refused(asked, code, key == null ? TenantId.SYSTEM : key.tenant(), key, presented);
    }

    /** Records a refused request of a person, or of somebody who says to be one. */
    void refused(Asked asked, Code code, TenantId tenant) {
        refused(asked, code, tenant, null, null);
    }

    /** Records that somebody could not prove who they are; never what they have tried. */
    public void signInFailed(
            Instant time, TenantId tenant, @Nullable String ip, @Nullable String userAgent, String requestId) {
        refused(new Asked(time, null, "POST", "/sign-in", ip, userAgent, requestId), Code.SIGN_IN, tenant);
    }

    private void refused(
            Asked asked, Code code, TenantId tenant, @Nullable Registered key, @Nullable String presented) {
        spool.refused(new Refusal(
                asked.time(),
                code,
                tenant,
                key == null ? null : key.keyId(),
                key == null ? null : key.credentialId(),
                key == null ? null : key.name(),
                presented,
                asked.permission(),
                asked.method(),
                asked.path(),
                asked.ip(),
                asked.userAgent(),
                asked.requestId()));
    }

    @Override
    public void close() {
        spool.close();
    }
}
