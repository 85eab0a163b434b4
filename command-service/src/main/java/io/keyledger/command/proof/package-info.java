/** What anyone with {@code audit:read} may take away to check the ledger by themselves. */
@NullMarked
package io.keyledger.command.proof;

import org.jspecify.annotations.NullMarked;
