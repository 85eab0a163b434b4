@NullMarked
package io.keyledger.standalone;

import org.jspecify.annotations.NullMarked;
