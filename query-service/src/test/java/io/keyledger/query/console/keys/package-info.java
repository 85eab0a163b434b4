@NullMarked
package io.keyledger.query.console.keys;

import org.jspecify.annotations.NullMarked;
