/** Recording that a revocation holds everywhere. */
@NullMarked
package io.keyledger.command.confirmation;

import org.jspecify.annotations.NullMarked;
