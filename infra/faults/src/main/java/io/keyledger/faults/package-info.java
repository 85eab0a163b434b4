/**
 * Breaks a platform of its own by a seed: three edges, a broker and command-service are killed, frozen and cut off, a disk is
 * filled, clocks jump, while requests and commands go on. All that was asked and answered is a history, a file of JSON lines;
 * checkers that know nothing of the platform read it afterwards and say which guarantee did not hold.
 */
@NullMarked
package io.keyledger.faults;

import org.jspecify.annotations.NullMarked;
