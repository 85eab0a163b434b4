/** What all pages have in common: frame, messages, times, and what a refusal looks like. */
@NullMarked
package io.keyledger.query.console.layout;

import org.jspecify.annotations.NullMarked;
