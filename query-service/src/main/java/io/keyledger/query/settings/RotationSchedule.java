package io.keyledger.query.settings;

import io.keyledger.events.Scope;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When a key's secret is due to be replaced: so long after it was made, by scope, as the tenant has set. Pure. */
public record RotationSchedule(String readOnly, String readWrite, String admin) {
    public static final RotationSchedule DEFAULT = new RotationSchedule("P90D", "P60D", "P30D");

    /** The schedule that these settings say; what they leave out is as in {@link #DEFAULT}. */
    public static RotationSchedule of(Map<String, String> settings) {
        return new RotationSchedule(
                settings.getOrDefault("keys.rotation.readOnly", DEFAULT.readOnly),
                settings.getOrDefault("keys.rotation.readWrite", DEFAULT.readWrite),
                settings.getOrDefault("keys.rotation.admin", DEFAULT.admin));
    }

    /** The end of the period that began when the secret was made. */
    public Instant due(Scope scope, Instant secretSince) {
        String period = switch (scope) {
            case DEFAULT, READ_ONLY -> readOnly;
            case READ_WRITE -> readWrite;
            case ADMIN -> admin;
        };
        Instant due = plus(secretSince, period);
        return due == null ? secretSince : due;
    }

    /** The last instant at which a secret can have been made that is due at {@code now}, to the microsecond. */
    public Instant dueSince(Scope scope, Instant now) {
        // The later a secret is made, the later it is due: so this can be searched for.
        long lo = 0;
        long hi = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        if (due(scope, Instant.EPOCH).isAfter(now)) {
            return Instant.EPOCH;
        }
        while (lo < hi) {
            long middle = (lo + hi + 1) >>> 1;
            if (due(scope, Instant.EPOCH.plus(middle, ChronoUnit.MICROS)).isAfter(now)) {
                hi = middle - 1;
            } else {
                lo = middle;
            }
        }
        return Instant.EPOCH.plus(lo, ChronoUnit.MICROS);
    }

    /** {@code P1Y2M3DT4H}: the days and longer by the calendar in UTC, the rest by the clock. */
    private static @Nullable Instant plus(Instant time, String period) {
        int clock = period.indexOf('T');
        try {
            Period days = clock == 1 ? Period.ZERO : Period.parse(clock < 0 ? period : period.substring(0, clock));
            Duration rest = clock < 0 ? Duration.ZERO : Duration.parse("P" + period.substring(clock));
            return time.atOffset(ZoneOffset.UTC).plus(days).plus(rest).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
