/**
 * The command line, {@code keyledger}. Each folder holds the commands of one subject; they speak to the platform through
 * {@code client} and to people and scripts through {@code console}.
 */
@NullMarked
package io.keyledger.cli;

import org.jspecify.annotations.NullMarked;
