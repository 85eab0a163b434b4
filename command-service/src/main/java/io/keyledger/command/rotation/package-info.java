/** Giving a key a new secret. */
@NullMarked
package io.keyledger.command.rotation;

import org.jspecify.annotations.NullMarked;
