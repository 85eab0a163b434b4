/** People: a person's state, the decisions about it, and what is kept of them in the tables. */
@NullMarked
package io.keyledger.command.people;

import org.jspecify.annotations.NullMarked;
