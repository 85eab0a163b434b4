/** {@code keyledger user}: who may sign in, and what they are. */
@NullMarked
package io.keyledger.cli.user;

import org.jspecify.annotations.NullMarked;
