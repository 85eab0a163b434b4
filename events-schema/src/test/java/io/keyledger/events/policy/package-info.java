@NullMarked
package io.keyledger.events.policy;

import org.jspecify.annotations.NullMarked;
