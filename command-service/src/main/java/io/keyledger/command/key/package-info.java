/** The aggregate at the centre: a key's state, the decisions about it, and its row in the tables. */
@NullMarked
package io.keyledger.command.key;

import org.jspecify.annotations.NullMarked;
