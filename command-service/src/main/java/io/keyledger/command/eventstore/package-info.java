/** The event store: Axon's JDBC engine on jsonb, with names that outlive Java classes. */
@NullMarked
package io.keyledger.command.eventstore;

import org.jspecify.annotations.NullMarked;
