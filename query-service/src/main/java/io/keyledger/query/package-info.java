@NullMarked
package io.keyledger.query;

import org.jspecify.annotations.NullMarked;
