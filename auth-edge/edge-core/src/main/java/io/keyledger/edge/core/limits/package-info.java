/**
 * Rates and quotas of keys: counters that are exact on one edge, and what edges tell each other of them. And the address from
 * which too many attempts have failed.
 */
@NullMarked
package io.keyledger.edge.core.limits;

import org.jspecify.annotations.NullMarked;
