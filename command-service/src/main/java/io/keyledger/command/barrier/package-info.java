/**
 * Confirmed revocation: knows which edges could still accept a key, and waits until none of them can.
 *
 * <p>The rules live in pure classes over a clock and a transport that they are given; the shells around them are thin.
 */
@NullMarked
package io.keyledger.command.barrier;

import org.jspecify.annotations.NullMarked;
