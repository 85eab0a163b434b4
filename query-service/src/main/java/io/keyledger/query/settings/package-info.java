/** The tenants and the settings that have a say in how keys are shown. */
@NullMarked
package io.keyledger.query.settings;

import org.jspecify.annotations.NullMarked;
