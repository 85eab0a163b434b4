/** The whole platform, as it runs in production: real servers, real processes, every door used as its users use it. */
@NullMarked
package io.keyledger.system;

import org.jspecify.annotations.NullMarked;
