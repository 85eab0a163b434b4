/** Governing people, and letting them sign in. */
@NullMarked
package io.keyledger.command.users;

import org.jspecify.annotations.NullMarked;
