/** Taking a key out of lists and search. */
@NullMarked
package io.keyledger.command.deletion;

import org.jspecify.annotations.NullMarked;
