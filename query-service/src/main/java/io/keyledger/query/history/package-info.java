/** The past of keys: what they were, what was decided about them and by what, and what would have been. */
@NullMarked
package io.keyledger.query.history;

import org.jspecify.annotations.NullMarked;
