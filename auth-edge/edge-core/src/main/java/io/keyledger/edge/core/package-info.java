@NullMarked
package io.keyledger.edge.core;

import org.jspecify.annotations.NullMarked;
