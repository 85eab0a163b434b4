package io.keyledger.edge.core.limits;

import java.util.List;

/**
 * Where a key stands with the limit that has least room left, after the request that was asked about.
 *
 * @param limit that one
 * @param remaining so many requests have room now
 * @param resetSeconds until there is more room, rounded up, at least 1
 * @param all the key's limits
 */
public record LimitState(Policy limit, long remaining, long resetSeconds, List<Policy> all) {

    /**
     * One limit in short.
     *
     * @param name such as {@code 60s}, {@code day}, {@code day-owner}; of one key's limits each has its own
     * @param windowSeconds of a rate; 0 = a quota, whose periods are the calendar's
     */
    public record Policy(String name, long requests, long windowSeconds) {
        public boolean quota() {
            return windowSeconds == 0;
        }
    }
}
