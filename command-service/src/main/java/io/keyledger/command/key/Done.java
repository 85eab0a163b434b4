package io.keyledger.command.key;

import java.time.Instant;

/**
 * What a command has come to, once committed.
 *
 * @param state after it
 * @param eventId the last event of the stream: the one whose effect is to be awaited
 * @param time of that event
 */
public record Done<S>(S state, String eventId, Instant time) {}
