/** Exact counts of uses and refusals. */
@NullMarked
package io.keyledger.query.usage;

import org.jspecify.annotations.NullMarked;
