/** Creating keys. */
@NullMarked
package io.keyledger.command.issuing;

import org.jspecify.annotations.NullMarked;
