package io.keyledger.command.key;

import io.keyledger.events.Event;
import java.time.Instant;
import java.util.List;

/**
 * What a command has come to, once committed.
 *
 * @param state after it
 * @param events that it has added, in order
 * @param eventId the last event of the stream, whose effect is to be awaited; empty when there is none
 * @param time of that event
 */
public record Done<S>(S state, List<? extends Event> events, String eventId, Instant time) {}
