@NullMarked
package io.keyledger.edge.server;

import org.jspecify.annotations.NullMarked;
