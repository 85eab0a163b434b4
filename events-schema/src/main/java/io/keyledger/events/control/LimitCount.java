package io.keyledger.events.control;

import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many requests one run of an edge has accepted under one limit: the whole of what still counts, so that a later record
 * replaces an earlier one and nothing is added up twice. Topic {@code keyledger.control.limits.v1}; Kafka key = {@link #key}.
 *
 * @param edge the lasting name of the edge
 * @param boot the run of it that counted; another run counts anew, and what this one had counted stays
 * @param first the stretch of time that the first of {@code counts} is about: of a rate its number since 1970, each a hundredth
 *     of the window long; of a quota the period's beginning in microseconds since 1970
 * @param counts of that stretch and those that follow, without a gap; a quota has one at most
 */
public record LimitCount(String edge, String boot, Counter counter, long first, List<Long> counts) {

    /**
     * What is counted together.
     *
     * @param whose the id of a key or of an owner
     * @param size of an owner's limit, for only limits of one size count together; 0 for a key's own, which may change
     * @param windowSeconds of a rate; 0 = a quota
     * @param period of a quota
     * @param zone of a quota
     */
    public record Counter(
            TenantId tenant,
            String whose,
            long size,
            long windowSeconds,
            @Nullable Period period,
            @Nullable String zone) {}

    /** Names run and counter: the last record of each is all that is to be known. */
    public String key() {
        return "%s/%s/%s/%d/%s"
                .formatted(
                        boot,
                        counter.tenant().value(),
                        counter.whose(),
                        counter.size(),
                        counter.period() == null
                                ? counter.windowSeconds() + "s"
                                : counter.period() + "/" + counter.zone());
    }
}
