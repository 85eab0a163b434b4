/** Usage policies as people write and read them: short forms of their parts, and sentences. Pure. */
@NullMarked
package io.keyledger.events.policy;

import org.jspecify.annotations.NullMarked;
