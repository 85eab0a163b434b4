/**
 * The benchmark: one command against a platform that it starts itself, bounded in count, on loopback only. It measures and
 * prints; it never passes or fails.
 */
@NullMarked
package io.keyledger.bench;

import org.jspecify.annotations.NullMarked;
