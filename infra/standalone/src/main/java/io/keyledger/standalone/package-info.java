/**
 * Real PostgreSQL, Kafka and Elasticsearch, and the three services, on one machine with nothing but a JDK. The servers come
 * from Maven Central and run as ordinary processes; the services know nothing of this, they get addresses.
 */
@NullMarked
package io.keyledger.standalone;

import org.jspecify.annotations.NullMarked;
