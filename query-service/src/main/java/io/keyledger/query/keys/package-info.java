/** Keys as lists and pages show them: the fold and its queries. */
@NullMarked
package io.keyledger.query.keys;

import org.jspecify.annotations.NullMarked;
