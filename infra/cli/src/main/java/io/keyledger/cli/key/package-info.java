/** Everything that is done to keys. */
@NullMarked
package io.keyledger.cli.key;

import org.jspecify.annotations.NullMarked;
