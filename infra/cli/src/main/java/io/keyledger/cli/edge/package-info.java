/** Asking the edge, as a gateway does. */
@NullMarked
package io.keyledger.cli.edge;

import org.jspecify.annotations.NullMarked;
