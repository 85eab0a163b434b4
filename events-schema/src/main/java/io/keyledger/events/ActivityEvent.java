package io.keyledger.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One fact that an edge saw, in the order of its lane {@code edge:<edgeId>:<bootId>:<lane>}. */
public sealed interface ActivityEvent extends Event {

    /**
     * Requests that were accepted, all alike but for their time.
     *
     * @param count how many, exactly; 1 unless the tenant has chosen one event a second
     * @param permission what was asked for; null when nothing was
     * @param path without its query string
     * @param firstTime of the first of them
     */
    record KeyUsed(
            KeyId keyId,
            CredentialId credentialId,
            String keyName,
            Scope scope,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            @Nullable String userAgent,
            String edge,
            long count,
            Instant firstTime,
            Instant lastTime)
            implements ActivityEvent {}

    /**
     * Requests that were refused, all alike but for their time.
     *
     * @param reason the verdict's code, such as {@code revoked} or {@code malformed}
     * @param keyId set when the presented secret was that key's own
     * @param presented the public part of what was presented, never more: prefix, kind and credential id
     */
    record AuthFailed(
            String reason,
            @Nullable KeyId keyId,
            @Nullable CredentialId credentialId,
            @Nullable String keyName,
            @Nullable String presented,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            @Nullable String userAgent,
            String edge,
            long count,
            Instant firstTime,
            Instant lastTime)
            implements ActivityEvent {}

    /**
     * An edge has caught up and answers.
     *
     * @param usesLost accepted requests that it has not written down for want of room, since its data folder was made; null =
     *     none, as it is unless the operator lets them pass
     */
    record EdgeStarted(
            String edge,
            String boot,
            String version,
            @Nullable Long usesLost) implements ActivityEvent {}

    /**
     * An edge has stopped answering, in order: it accepts nothing more.
     *
     * @param usesLost as in {@link EdgeStarted}
     */
    record EdgeStopped(String edge, String boot, @Nullable Long usesLost) implements ActivityEvent {}
}
