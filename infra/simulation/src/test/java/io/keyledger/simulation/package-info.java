/**
 * Several edges and one command side in one thread: the platform's own following, lease, spool, sender and barrier over simulated
 * clocks, network and disks. A seed decides all that happens; what always has to hold is checked at every step.
 */
@NullMarked
package io.keyledger.simulation;

import org.jspecify.annotations.NullMarked;
