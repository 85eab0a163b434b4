/** The platform itself: start it, stop it, see how it is and what it says. */
@NullMarked
package io.keyledger.cli.process;

import org.jspecify.annotations.NullMarked;
