package io.keyledger.command.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * A command that was carried out, now or, when {@code repeated}, by an earlier request of the same Idempotency-Key.
 *
 * @param answer what the earlier request was answered; null when that is not known
 */
public record Sent(
        Result result, boolean repeated, @Nullable Answer answer) {}
