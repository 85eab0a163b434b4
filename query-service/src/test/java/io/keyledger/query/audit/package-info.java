@NullMarked
package io.keyledger.query.audit;

import org.jspecify.annotations.NullMarked;
