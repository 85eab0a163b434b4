/** The hot doors: two questions over HTTP, answered from memory on Netty's event loops. */
@NullMarked
package io.keyledger.edge.server;

import org.jspecify.annotations.NullMarked;
