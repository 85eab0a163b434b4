/** Filters of lists that people keep under a name. */
@NullMarked
package io.keyledger.query.console.filters;

import org.jspecify.annotations.NullMarked;
