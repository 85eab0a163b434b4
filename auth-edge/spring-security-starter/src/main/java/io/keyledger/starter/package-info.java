@NullMarked
package io.keyledger.starter;

import org.jspecify.annotations.NullMarked;
