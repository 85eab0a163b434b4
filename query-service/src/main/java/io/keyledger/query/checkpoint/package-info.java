/** Waiting until the read store has come far enough. */
@NullMarked
package io.keyledger.query.checkpoint;

import org.jspecify.annotations.NullMarked;
