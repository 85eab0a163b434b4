/** Who is signed in, what they may do, and that every page says what it takes. */
@NullMarked
package io.keyledger.query.console.access;

import org.jspecify.annotations.NullMarked;
