@NullMarked
package io.keyledger.query.console.settings;

import org.jspecify.annotations.NullMarked;
