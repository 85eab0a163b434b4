/** The first page: how the keys of the tenant stand. */
@NullMarked
package io.keyledger.query.console.dashboard;

import org.jspecify.annotations.NullMarked;
