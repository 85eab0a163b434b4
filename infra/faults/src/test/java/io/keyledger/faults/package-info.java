@NullMarked
package io.keyledger.faults;

import org.jspecify.annotations.NullMarked;
