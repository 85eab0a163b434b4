/** Tenants, the first of which exists from the first start. */
@NullMarked
package io.keyledger.command.tenants;

import org.jspecify.annotations.NullMarked;
