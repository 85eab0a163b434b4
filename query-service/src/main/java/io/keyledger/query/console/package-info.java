/** The web console: pages over the read store, commands sent as the signed-in person. */
@NullMarked
package io.keyledger.query.console;

import org.jspecify.annotations.NullMarked;
