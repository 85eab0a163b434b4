/** Ending one key, or many. */
@NullMarked
package io.keyledger.command.revocation;

import org.jspecify.annotations.NullMarked;
