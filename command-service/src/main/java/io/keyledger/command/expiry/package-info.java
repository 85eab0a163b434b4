/** What time does to keys though nobody acts. */
@NullMarked
package io.keyledger.command.expiry;

import org.jspecify.annotations.NullMarked;
