/** The way of every command: admitted, sent in one transaction, repeated at most once, awaited, answered. */
@NullMarked
package io.keyledger.command.dispatch;

import org.jspecify.annotations.NullMarked;
