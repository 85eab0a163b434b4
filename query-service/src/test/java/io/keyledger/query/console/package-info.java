@NullMarked
package io.keyledger.query.console;

import org.jspecify.annotations.NullMarked;
