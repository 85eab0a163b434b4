@NullMarked
package io.keyledger.query.log;

import org.jspecify.annotations.NullMarked;
