package io.keyledger.query.history;

import io.keyledger.edge.core.limits.Limits;
import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CredentialId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.query.history.Course.Step;
import io.keyledger.query.history.Tally.Example;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.usage.Endpoints;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Verdict.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides recorded requests again, by what the platform knew then and by what would have been other, with the edge's own rule.
 *
 * <p>An edge decides by what it has heard of, which is a little behind, and its clock is its own: a decision that does not
 * follow from what was so at its time, but from what was so just before or after it, was made while a change was on its
 * way. It is counted as such, and what would have been other is asked of that state.
 *
 * <p>Counts of edges are not in the log: a request that was refused for a limit is taken as it was recorded, unless the change
 * sets limits; then all are counted again, as one edge would have, from the beginning of the window. For one thread.
 */
final class Replay {
    /** So far may an edge that hears of nobody be behind, by the longest that it goes on alone. */
    static final Duration BEHIND = Duration.ofHours(4);

    /** So far may an edge's clock be behind that of a command. */
    static final Duration AHEAD = Duration.ofMinutes(1);

    private static final int MAX_COUNTERS = 64;
    private static final int MAX_FACTS = 1_000;

    /** By how many changes the state that an edge had may differ from that of its time, the likeliest first. */
    private static final int[][] OFFSETS = offsets();

    private static final Map<String, Code> CODES =
            Arrays.stream(Code.values()).collect(Collectors.toUnmodifiableMap(Code::wire, Function.identity()));

    private final Change change;
    private final Ask ask;
    private final Course<PrincipalRecord> tenant;
    private final Map<Place, Facts> facts = new HashMap<>();
    private final Map<Place, Facts> changed = new HashMap<>();
    private Course<KeyState> key;
    private Course<PrincipalRecord> owner;
    private Limits limits = new Limits("replay", "replay", MAX_COUNTERS);

    final Tally wouldRefuse = new Tally();
    final Tally wouldAccept = new Tally();
    final Tally notReproduced = new Tally();
    private long events;
    private long requests;
    private long reproduced;
    private long inFlight;
    private long circumstances;

    Replay(Change change, Countries countries, Course<PrincipalRecord> tenant) {
        this.change = change;
        this.ask = new Ask(countries);
        this.tenant = tenant;
        this.key = Course.of(List.of(), (s, _) -> s);
        this.owner = Course.of(List.of(), (s, _) -> s);
    }

    /** A state of the key, the tenant and the owner, by the numbers of their steps. */
    private record Place(CredentialId credential, int key, int tenant, int owner) {}

    /** One recorded decision. */
    private record Recorded(
            LoggedEvent event,
            CredentialId credential,
            Code code,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            long count) {}

    private static int[][] offsets() {
        List<int[]> all = new ArrayList<>();
        for (int k : new int[] {0, -1, 1, -2, -3}) {
            for (int t = -1; t <= 1; t++) {
                for (int o = -1; o <= 1; o++) {
                    all.add(new int[] {k, t, o});
                }
            }
        }
        all.sort(Comparator.comparingInt(a -> Math.abs(a[0]) + Math.abs(a[1]) + Math.abs(a[2])));
        return all.toArray(int[][]::new);
    }

    /** What follows is about that key. */
    void begin(Course<KeyState> ofKey, Course<PrincipalRecord> ofOwner) {
        key = ofKey;
        owner = ofOwner;
        facts.clear();
        changed.clear();
        limits = new Limits("replay", "replay", MAX_COUNTERS);
    }

    long events() {
        return events;
    }

    long requests() {
        return requests;
    }

    /** Requests whose recorded decision follows from what was so at their time. */
    long reproduced() {
        return reproduced;
    }

    /** Requests whose recorded decision follows from what was so just before or after it. */
    long inFlight() {
        return inFlight;
    }

    /** Requests that were refused for what no fact about a key says: a full spool, a stale view, a foreign host name. */
    long circumstances() {
        return circumstances;
    }

    /** Decides one event of the key again; those that are no decisions about it are passed over. */
    void add(LoggedEvent event) {
        Recorded recorded = recorded(event);
        if (recorded == null) {
            return;
        }
        events++;
        requests += recorded.count();
        if (!isJudged(recorded.code())) {
            circumstances += recorded.count();
            return;
        }
        ask.set(recorded.permission(), recorded.method(), recorded.path(), recorded.ip());
        Instant at = event.time();
        Place place = place(recorded, at);
        if (place == null) {
            Code now = code(at(recorded.credential(), at), at);
            notReproduced.add(example(recorded, recorded.count(), now), endpoint(recorded));
            return;
        }
        if (place.equals(at(recorded.credential(), at))) {
            reproduced += recorded.count();
        } else {
            inFlight += recorded.count();
        }
        compare(recorded, place, at);
    }

    private static @Nullable Recorded recorded(LoggedEvent event) {
        return switch (event.data()) {
            case KeyUsed e ->
                new Recorded(
                        event,
                        e.credentialId(),
                        Code.ACCEPTED,
                        e.permission(),
                        e.method(),
                        e.path(),
                        e.ip(),
                        e.count());
            case AuthFailed e
            when e.credentialId() != null && CODES.containsKey(e.reason()) ->
                new Recorded(
                        event,
                        e.credentialId(),
                        CODES.getOrDefault(e.reason(), Code.UNKNOWN),
                        e.permission(),
                        e.method(),
                        e.path(),
                        e.ip(),
                        e.count());
            case null, default -> null;
        };
    }

    /** Whether facts about the key, its tenant and its owner alone say it, or the edge's counts. */
    private static boolean isJudged(Code code) {
        return switch (code) {
            case ACCEPTED,
                    REVOKED,
                    EXPIRED,
                    REPLACED,
                    DELETED,
                    SUSPENDED,
                    DISABLED,
                    FORBIDDEN,
                    PERMISSION_NOT_ALLOWED,
                    ROUTE_NOT_ALLOWED,
                    ADDRESS_NOT_ALLOWED,
                    COUNTRY_NOT_ALLOWED,
                    OUTSIDE_HOURS,
                    NOT_YET_VALID,
                    RATE_LIMITED,
                    QUOTA_EXCEEDED -> true;
            case MALFORMED,
                    UNKNOWN,
                    MISMATCH,
                    NO_CREDENTIAL,
                    MANY_CREDENTIALS,
                    QUERY_CREDENTIAL,
                    STALE,
                    STARTING,
                    SPOOL_FULL,
                    PLAIN_HTTP,
                    SIGN_IN,
                    ASSERTION,
                    WRONG_HOST,
                    THROTTLED -> false;
        };
    }

    private static boolean isLimit(Code code) {
        return code == Code.RATE_LIMITED || code == Code.QUOTA_EXCEEDED;
    }

    private Place at(CredentialId credential, Instant at) {
        return new Place(credential, key.indexAt(at), tenant.indexAt(at), owner.indexAt(at));
    }

    /** The state from which the recorded decision follows; null when it follows from none that an edge can have had. */
    private @Nullable Place place(Recorded recorded, Instant at) {
        Place here = at(recorded.credential(), at);
        for (int[] offset : OFFSETS) {
            if (!reaches(key, here.key(), offset[0], at)
                    || !reaches(tenant, here.tenant(), offset[1], at)
                    || !reaches(owner, here.owner(), offset[2], at)) {
                continue;
            }
            Place place = new Place(
                    recorded.credential(), here.key() + offset[0], here.tenant() + offset[1], here.owner() + offset[2]);
            Code code = code(place, at);
            if (code == recorded.code() || isLimit(recorded.code()) && code == Code.ACCEPTED) {
                return place;
            }
        }
        return null;
    }

    /** Whether an edge can have had a state so many changes away from that of its time. */
    private static boolean reaches(Course<?> course, int index, int offset, Instant at) {
        int to = index + offset;
        if (offset == 0) {
            return true;
        }
        if (to < -1 || to >= course.steps().size()) {
            return false;
        }
        if (offset > 0) {
            Step<?> next = course.step(to);
            return next != null && !next.since().isAfter(at.plus(AHEAD));
        }
        // The change that it had not heard of is the one after the state it had.
        Step<?> unheard = course.step(to + 1);
        return unheard != null && unheard.since().isAfter(at.minus(BEHIND));
    }

    private Code code(Place place, Instant at) {
        Facts known = facts(place);
        return known == null ? Code.UNKNOWN : known.code(at, ask);
    }

    private @Nullable Facts facts(Place place) {
        Facts known = facts.get(place);
        if (known != null) {
            return known;
        }
        Step<KeyState> step = key.step(place.key());
        CredentialState credential = step == null ? null : step.state().credential(place.credential());
        if (credential == null) {
            return null;
        }
        if (facts.size() >= MAX_FACTS) {
            facts.clear();
            changed.clear();
        }
        Facts made = new Facts(credential, state(tenant, place.tenant()), state(owner, place.owner()));
        facts.put(place, made);
        return made;
    }

    private static @Nullable PrincipalRecord state(Course<PrincipalRecord> course, int index) {
        Step<PrincipalRecord> step = course.step(index);
        return step == null ? null : step.state();
    }

    private void compare(Recorded recorded, Place place, Instant at) {
        Facts before = facts(place);
        if (before == null) {
            return;
        }
        Facts after = changed.computeIfAbsent(place, _ -> change.of(before));
        Code code = after.code(at, ask);
        boolean accepted = recorded.code() == Code.ACCEPTED;
        if (code != Code.ACCEPTED) {
            if (accepted) {
                wouldRefuse.add(example(recorded, recorded.count(), code), endpoint(recorded));
            }
            return;
        }
        if (!change.limits()) {
            if (!accepted && !isLimit(recorded.code())) {
                wouldAccept.add(example(recorded, recorded.count(), code), endpoint(recorded));
            }
            return;
        }
        count(recorded, after, at, accepted);
    }

    private void count(Recorded recorded, Facts after, Instant at, boolean accepted) {
        CredentialState credential = after.credential();
        UsagePolicy policy = credential.policy() == null ? UsagePolicy.NONE : credential.policy();
        List<UsagePolicy.Rate> rates = policy.rates() == null ? List.of() : policy.rates();
        List<UsagePolicy.Quota> quotas = policy.quotas() == null ? List.of() : policy.quotas();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        Map<Code, Long> outcomes = new HashMap<>();
        for (long i = 0; i < recorded.count(); i++) {
            var taken = limits.take(credential.tenant(), credential.keyId(), credential.owner(), rates, quotas, micros);
            if (!taken.allowed()) {
                // Nor does any of the others at the same moment: one event may tell of millions.
                outcomes.put(taken.quota() ? Code.QUOTA_EXCEEDED : Code.RATE_LIMITED, recorded.count() - i);
                break;
            }
            outcomes.merge(Code.ACCEPTED, 1L, Long::sum);
        }
        outcomes.forEach((code, n) -> {
            if (accepted && code != Code.ACCEPTED) {
                wouldRefuse.add(example(recorded, n, code), endpoint(recorded));
            } else if (!accepted && code == Code.ACCEPTED) {
                wouldAccept.add(example(recorded, n, code), endpoint(recorded));
            }
        });
    }

    private static String endpoint(Recorded recorded) {
        return Endpoints.of(recorded.method(), recorded.path());
    }

    private static Example example(Recorded recorded, long count, Code code) {
        LoggedEvent event = recorded.event();
        return new Example(
                event.id().toString(),
                event.time(),
                String.valueOf(event.keyId()),
                recorded.method(),
                recorded.path(),
                recorded.ip(),
                count,
                recorded.code().wire(),
                code.wire());
    }
}
