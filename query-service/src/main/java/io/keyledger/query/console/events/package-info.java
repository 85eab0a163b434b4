/** Every event: found, read, followed and taken away. */
@NullMarked
package io.keyledger.query.console.events;

import org.jspecify.annotations.NullMarked;
