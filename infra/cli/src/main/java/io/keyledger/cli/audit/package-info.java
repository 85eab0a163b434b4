/** Reading what happened, and checking that nothing is missing from it. */
@NullMarked
package io.keyledger.cli.audit;

import org.jspecify.annotations.NullMarked;
