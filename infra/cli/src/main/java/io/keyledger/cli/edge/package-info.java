/** Asking the edge, as a gateway does; and the edges as their operator sees them. */
@NullMarked
package io.keyledger.cli.edge;

import org.jspecify.annotations.NullMarked;
