@NullMarked
package io.keyledger.query.retention;

import org.jspecify.annotations.NullMarked;
