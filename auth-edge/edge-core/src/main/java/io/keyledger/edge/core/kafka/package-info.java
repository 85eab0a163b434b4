/** How an edge asks Kafka, the same for all that it reads and tells. */
@NullMarked
package io.keyledger.edge.core.kafka;

import org.jspecify.annotations.NullMarked;
