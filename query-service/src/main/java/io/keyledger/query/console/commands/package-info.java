/** The way to command-service, as the person who is signed in. */
@NullMarked
package io.keyledger.query.console.commands;

import org.jspecify.annotations.NullMarked;
