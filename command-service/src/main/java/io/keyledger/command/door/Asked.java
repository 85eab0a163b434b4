package io.keyledger.command.door;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, as its verdict's record shows it.
 *
 * @param permission null when none is asked for
 * @param path raw; kept without its query string
 */
record Asked(
        Instant time,
        @Nullable String permission,
        String method,
        String path,
        @Nullable String ip,
        @Nullable String userAgent,
        String requestId) {}
