@NullMarked
package io.keyledger.requirements;

import org.jspecify.annotations.NullMarked;
