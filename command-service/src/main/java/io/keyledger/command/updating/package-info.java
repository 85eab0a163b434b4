/** Changing a key's name, description or scope. */
@NullMarked
package io.keyledger.command.updating;

import org.jspecify.annotations.NullMarked;
