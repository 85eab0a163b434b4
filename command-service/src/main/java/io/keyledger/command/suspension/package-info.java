/** Refusing a key for a while. */
@NullMarked
package io.keyledger.command.suspension;

import org.jspecify.annotations.NullMarked;
