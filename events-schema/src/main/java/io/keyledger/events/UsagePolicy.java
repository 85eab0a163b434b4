package io.keyledger.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a key may be used for beyond what its scope says: each condition narrows, none widens, and one that is null narrows
 * nothing. A request must meet all of them. Holds what was asked for, in normal form; whoever decides compiles it first.
 *
 * <p>Normal form: no list is empty or holds one thing twice; permissions, countries and methods are sorted, days follow the
 * week; an address range has its length, no bit set behind it, and IPv6 is written as RFC 5952 does; a policy that narrows
 * nothing is left out. So two policies that were asked for in the same words are equal.
 *
 * @param permissions of which the needed one must be one, such as {@code orders:read} or {@code orders:*}
 * @param routes of which method and path must match one
 * @param addresses ranges of which one must hold the client's address, in CIDR notation (RFC 4632, RFC 4291)
 * @param countries of which the client's address must be in one, ISO 3166-1 alpha-2 in upper case
 * @param hours of which the moment must be in one
 * @param notBefore inclusive
 * @param rates all of which must have room
 * @param quotas all of which must have room
 */
public record UsagePolicy(
        @Nullable List<String> permissions,
        @Nullable List<Route> routes,
        @Nullable List<String> addresses,
        @Nullable List<String> countries,
        @Nullable List<Hours> hours,
        @Nullable Instant notBefore,
        @Nullable List<Rate> rates,
        @Nullable List<Quota> quotas) {

    /** Narrows nothing. */
    public static final UsagePolicy NONE = new UsagePolicy(null, null, null, null, null, null, null, null);

    /**
     * Where a request may go.
     *
     * @param methods in upper case; null = any
     * @param path a pattern: {@code *} stands for one segment, {@code **} at the end for any number of them
     */
    public record Route(@Nullable List<String> methods, String path) {}

    /**
     * A part of the week. One whose {@code from} is not before its {@code to} goes on into the next day, and belongs to the
     * day on which it began.
     *
     * @param days on which it begins; null = every day
     * @param from inclusive, local time of {@code zone}, {@code HH:mm}
     * @param to exclusive, {@code HH:mm}; {@code 24:00} = the end of the day
     * @param zone of the IANA database, such as {@code Europe/Zurich}
     */
    public record Hours(@Nullable List<Day> days, String from, String to, String zone) {}

    /**
     * So many accepted requests in any stretch of time of that length. One edge keeps that exactly: never more, in whatever
     * stretch, both ends included; and who comes when fewer were accepted in the last {@code windowSeconds} and a hundredth of them
     * is accepted. Several edges exceed it by no more than what they had not yet heard of each other.
     *
     * @param of whose requests count together
     */
    public record Rate(long requests, long windowSeconds, Of of) {}

    /**
     * So many accepted requests in a calendar period; with the next one all are there again. Exact on one edge; several exceed
     * it by no more than what they had not yet heard of each other. Counts survive restarts of edges.
     *
     * @param zone in which the period begins
     * @param of whose requests count together
     */
    public record Quota(long requests, Period period, String zone, Of of) {}

    /** A day of the week, ISO 8601. */
    public enum Day {
        MONDAY,
        TUESDAY,
        WEDNESDAY,
        THURSDAY,
        FRIDAY,
        SATURDAY,
        SUNDAY
    }

    /** A stretch of the calendar. */
    public enum Period {
        HOUR,
        DAY,
        /** From Monday. */
        WEEK,
        MONTH
    }

    /** Whose requests count together. */
    public enum Of {
        /** Those of the one key, whatever its credential. */
        KEY,
        /** Those of all keys of its owner in its tenant that have a limit of the same size and time of the owner, too. */
        OWNER
    }

    /** As text, canonical JSON; null for null. */
    public static @Nullable String text(@Nullable UsagePolicy policy) {
        return policy == null ? null : new String(RecordJson.bytes(policy), StandardCharsets.UTF_8);
    }

    /** The policy that {@link #text} has made that text of. */
    public static @Nullable UsagePolicy ofText(@Nullable String text) {
        return text == null ? null : RecordJson.read(UsagePolicy.class, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it narrows nothing. */
    public boolean isNone() {
        return equals(NONE);
    }
}
