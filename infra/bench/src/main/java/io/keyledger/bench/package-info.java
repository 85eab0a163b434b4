@NullMarked
package io.keyledger.bench;

import org.jspecify.annotations.NullMarked;
