/** Showing the secret of a recoverable key again, and keeping it no longer. */
@NullMarked
package io.keyledger.command.revealing;

import org.jspecify.annotations.NullMarked;
