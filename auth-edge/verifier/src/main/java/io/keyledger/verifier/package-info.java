@NullMarked
package io.keyledger.verifier;

import org.jspecify.annotations.NullMarked;
