/** The tenant's policy in words, with what it was before. */
@NullMarked
package io.keyledger.query.console.settings;

import org.jspecify.annotations.NullMarked;
