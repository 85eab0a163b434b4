@NullMarked
package io.keyledger.events.ecs;

import org.jspecify.annotations.NullMarked;
