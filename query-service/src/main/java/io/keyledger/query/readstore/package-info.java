/** Folds the log into PostgreSQL, a batch a transaction. */
@NullMarked
package io.keyledger.query.readstore;

import org.jspecify.annotations.NullMarked;
