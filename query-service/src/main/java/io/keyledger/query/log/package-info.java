/** Reads the audit topics into a store that knows its own position. */
@NullMarked
package io.keyledger.query.log;

import org.jspecify.annotations.NullMarked;
