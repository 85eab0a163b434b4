@NullMarked
package io.keyledger.query.history;

import org.jspecify.annotations.NullMarked;
