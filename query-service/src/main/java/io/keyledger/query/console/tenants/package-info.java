/** The tenants of the platform, for its operator. */
@NullMarked
package io.keyledger.query.console.tenants;

import org.jspecify.annotations.NullMarked;
