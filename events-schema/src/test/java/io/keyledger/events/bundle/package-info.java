@NullMarked
package io.keyledger.events.bundle;

import org.jspecify.annotations.NullMarked;
