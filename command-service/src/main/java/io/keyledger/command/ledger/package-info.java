/**
 * The ledger: every event as chained public bytes, made once by the {@link io.keyledger.command.ledger.Sealer}, and sent to
 * Kafka by the {@link io.keyledger.command.ledger.Publisher}.
 */
@NullMarked
package io.keyledger.command.ledger;

import org.jspecify.annotations.NullMarked;
