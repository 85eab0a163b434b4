@NullMarked
package io.keyledger.query.settings;

import org.jspecify.annotations.NullMarked;
