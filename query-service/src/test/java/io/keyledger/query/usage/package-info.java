@NullMarked
package io.keyledger.query.usage;

import org.jspecify.annotations.NullMarked;
