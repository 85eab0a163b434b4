/** What a tenant asks of its keys: settings, presets and the rules that follow from them. Pure. */
@NullMarked
package io.keyledger.command.policy;

import org.jspecify.annotations.NullMarked;
