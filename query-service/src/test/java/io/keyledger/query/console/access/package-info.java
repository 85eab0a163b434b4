@NullMarked
package io.keyledger.query.console.access;

import org.jspecify.annotations.NullMarked;
