/**
 * An export of the audit that proves itself: how it is written, and how anyone checks it without the platform. What the files
 * hold is said in {@code VERIFY.md}, which goes with each of them.
 */
@NullMarked
package io.keyledger.events.bundle;

import org.jspecify.annotations.NullMarked;
