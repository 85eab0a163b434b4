@NullMarked
package io.keyledger.events.siem;

import org.jspecify.annotations.NullMarked;
