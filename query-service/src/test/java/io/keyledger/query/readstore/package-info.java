@NullMarked
package io.keyledger.query.readstore;

import org.jspecify.annotations.NullMarked;
