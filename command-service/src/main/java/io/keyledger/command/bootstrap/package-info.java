/** The key that opens a tenant for the first time. */
@NullMarked
package io.keyledger.command.bootstrap;

import org.jspecify.annotations.NullMarked;
