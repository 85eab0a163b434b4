/** The files of an edge, real or simulated: what a crash may take away hangs on what was forced, and a test decides what it takes. */
@NullMarked
package io.keyledger.edge.core.disk;

import org.jspecify.annotations.NullMarked;
