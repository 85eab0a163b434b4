/** The edges: where keys are judged, and how far each has come. */
@NullMarked
package io.keyledger.query.console.edges;

import org.jspecify.annotations.NullMarked;
