/** What everybody does with their own keys and personal tokens. */
@NullMarked
package io.keyledger.query.console.mykeys;

import org.jspecify.annotations.NullMarked;
