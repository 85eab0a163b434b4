package io.keyledger.command.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the ledger is made provable.
 *
 * @param key PEM file of the private keys that sign checkpoints, each of them every one; none = nothing is signed
 * @param formerKeys verifier keys that signed before and sign no more, so that the next checkpoint can be held against theirs
 * @param file every signed checkpoint is appended to it; none = to none
 * @param every how often a checkpoint is signed while the ledger grows
 * @param atLeast how often one is signed when it does not
 * @param sealUsesAfter how long uses wait for others before they are sealed into the ledger together
 */
@ConfigurationProperties("keyledger.proofs")
record ProofConfig(
        @Nullable Path key,
        @DefaultValue List<String> formerKeys,
        @Nullable Path file,
        @DefaultValue("10s") Duration every,
        @DefaultValue("1h") Duration atLeast,
        @DefaultValue("60s") Duration sealUsesAfter) {

    /** The log's name, and that of its keys. */
    static String origin(String instance) {
        return "keyledger/" + instance;
    }
}
