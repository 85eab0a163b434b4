/** Changing what a tenant asks of its keys. */
@NullMarked
package io.keyledger.command.settings;

import org.jspecify.annotations.NullMarked;
