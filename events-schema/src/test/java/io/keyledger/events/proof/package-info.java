@NullMarked
package io.keyledger.events.proof;

import org.jspecify.annotations.NullMarked;
