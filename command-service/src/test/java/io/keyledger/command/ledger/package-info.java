@NullMarked
package io.keyledger.command.ledger;

import org.jspecify.annotations.NullMarked;
