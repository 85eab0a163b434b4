/** The end of activity in the read store and the search index, as Kafka's topic ends it. */
@NullMarked
package io.keyledger.query.retention;

import org.jspecify.annotations.NullMarked;
