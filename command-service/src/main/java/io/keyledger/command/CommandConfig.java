package io.keyledger.command;

import io.keyledger.command.policy.Preset;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Every setting of this service that is not shared with the others.
 *
 * @param inFlight how many commands may be decided at once; more gain nothing and ruin the slowest answers
 * @param queueFor how long a command waits for its turn before it is refused as too busy
 * @param patience how long an answer waits for the edges
 * @param expiryPoll how often it is looked for keys whose time has come
 * @param maxBody the longest body, in bytes
 * @param preset what the default tenant starts from
 * @param bootstrapLife how long a bootstrap key lives
 * @param idempotencyKept how long the answer to an Idempotency-Key is known
 * @param signInsKept how long it is known from where somebody has signed in, unless they are erased before
 * @param assertionPublicKey PEM file of the key that checks which person query-service speaks for; none = for nobody
 * @param vaultKeys file of the keys that encrypt the secrets of recoverable keys; none = there can be no such keys
 */
@ConfigurationProperties("keyledger.command")
public record CommandConfig(
        @DefaultValue("24") int inFlight,
        @DefaultValue("2s") Duration queueFor,
        @DefaultValue("2s") Duration patience,
        @DefaultValue("100ms") Duration expiryPoll,
        @DefaultValue("65536") int maxBody,
        @DefaultValue("descriptive") Preset preset,
        @DefaultValue("24h") Duration bootstrapLife,
        @DefaultValue("30d") Duration idempotencyKept,
        @DefaultValue("400d") Duration signInsKept,
        @Nullable Path assertionPublicKey,
        @Nullable Path vaultKeys) {}
