/**
 * The Elastic Common Schema view of an event: a pure function from the event's bytes, so that an index can be rebuilt from
 * the log and two indices of one log are alike.
 */
@NullMarked
package io.keyledger.events.ecs;

import org.jspecify.annotations.NullMarked;
