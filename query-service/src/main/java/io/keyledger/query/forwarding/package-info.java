/** The table of paths that command-service answers, and the way there. */
@NullMarked
package io.keyledger.query.forwarding;

import org.jspecify.annotations.NullMarked;
