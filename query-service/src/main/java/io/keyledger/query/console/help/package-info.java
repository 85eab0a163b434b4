/** Short pages that answer what people ask first. */
@NullMarked
package io.keyledger.query.console.help;

import org.jspecify.annotations.NullMarked;
