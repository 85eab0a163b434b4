@NullMarked
package io.keyledger.query.keys;

import org.jspecify.annotations.NullMarked;
