package io.keyledger.faults;

import java.time.Duration;

/**
 * One thing that is broken and healed again.
 *
 * @param edge which edge, from 1, where it is about an edge that can be chosen
 * @param before how long everything in its lane is well before it
 * @param hold how long it lasts
 * @param jump by how much a clock is set, where it is about one
 */
record Fault(Kind kind, int edge, Duration before, Duration hold, Duration jump) {}
