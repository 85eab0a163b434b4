/** Tenants, and the keys that open them. */
@NullMarked
package io.keyledger.cli.tenant;

import org.jspecify.annotations.NullMarked;
