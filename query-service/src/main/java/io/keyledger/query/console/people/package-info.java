/** What people are called. */
@NullMarked
package io.keyledger.query.console.people;

import org.jspecify.annotations.NullMarked;
