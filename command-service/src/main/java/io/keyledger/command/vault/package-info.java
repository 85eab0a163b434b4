/** The secrets of recoverable keys, encrypted: the one place that can show a secret again. */
@NullMarked
package io.keyledger.command.vault;

import org.jspecify.annotations.NullMarked;
