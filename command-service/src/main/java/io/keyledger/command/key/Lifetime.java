package io.keyledger.command.key;

import io.keyledger.command.policy.Span;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.RecordJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long a new key is to live. */
public sealed interface Lifetime {

    /** As the tenant has it when nobody says anything. */
    record Unsaid() implements Lifetime {}

    record For(Span span) implements Lifetime {}

    /** @param end exclusive */
    record Until(Instant end) implements Lifetime {}

    /** Outside the policy, for keys of the platform's own. */
    record Fixed(Span span) implements Lifetime {}

    /**
     * When the key expires, exclusive; null = never.
     *
     * @throws Refused when the policy does not allow it
     */
    default @Nullable Instant end(TenantPolicy policy, Instant now) {
        Span max = policy.maxExpiry();
        Instant latest = max == null ? Span.END_OF_TIME : max.after(now);
        return switch (this) {
            case Fixed(Span span) -> span.after(now);
            case Unsaid _ -> {
                Span byDefault = policy.defaultExpiry();
                if (byDefault == null && policy.expiryRequired()) {
                    throw new Refused(new Refusal.ExpiryRequired());
                }
                if (byDefault != null) {
                    Instant end = byDefault.after(now);
                    yield end.isAfter(latest) ? latest : end;
                }
                // A bound on every key binds those too that ask for none.
                yield max == null ? null : latest;
            }
            case For(Span span) -> within("expiresIn", span.after(now), latest, now);
            case Until(Instant end) -> within("expiresAt", RecordJson.micros(end), latest, now);
        };
    }

    private static Instant within(String field, Instant end, Instant latest, Instant now) {
        if (!end.isAfter(now)) {
            throw new Refused(new Refusal.ExpiryInThePast());
        }
        if (end.isAfter(latest)) {
            throw new Refused(new Refusal.ExpiryTooLate(field, latest.toString()));
        }
        return end;
    }
}
