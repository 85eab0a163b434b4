/** Every event, as the bytes that its writer made. */
@NullMarked
package io.keyledger.query.audit;

import org.jspecify.annotations.NullMarked;
