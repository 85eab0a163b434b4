/** What a tenant asks of its keys. */
@NullMarked
package io.keyledger.cli.settings;

import org.jspecify.annotations.NullMarked;
