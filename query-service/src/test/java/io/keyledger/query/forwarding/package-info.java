@NullMarked
package io.keyledger.query.forwarding;

import org.jspecify.annotations.NullMarked;
