package io.keyledger.command.people;

import io.keyledger.events.OwnerId;
import io.keyledger.events.access.Role;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a person decides whether they, or a key of theirs, may do something.
 *
 * @param accessEndsAt exclusive; null = never
 */
public record Account(
        OwnerId userId,
        Set<Role> roles,
        boolean disabled,
        @Nullable Instant accessEndsAt) {

    /** Whether the person is let in, though no event may say yet that their time is over. */
    public boolean enabled(Instant now) {
        return !disabled && (accessEndsAt == null || now.isBefore(accessEndsAt));
    }
}
