/** How what commands write is committed: many commands in one transaction, each as if it were alone. */
@NullMarked
package io.keyledger.command.commit;

import org.jspecify.annotations.NullMarked;
