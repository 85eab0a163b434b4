@NullMarked
package io.keyledger.command.barrier;

import org.jspecify.annotations.NullMarked;
