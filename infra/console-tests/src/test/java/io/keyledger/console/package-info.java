/** The console in a real browser, on the running platform: one story a page and role. */
@NullMarked
package io.keyledger.console;

import org.jspecify.annotations.NullMarked;
