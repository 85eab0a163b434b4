/** Signing in and out, the first visit, and proving again who one is. */
@NullMarked
package io.keyledger.query.console.signin;

import org.jspecify.annotations.NullMarked;
