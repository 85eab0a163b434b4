/** Keeps the live view up with the log, tells command-service how far it is, and holds the lease that comes back for it. */
@NullMarked
package io.keyledger.edge.core.view;

import org.jspecify.annotations.NullMarked;
