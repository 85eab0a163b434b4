/** The requirements, the annotation that names them on tests, and the page written from the tests that passed. */
@NullMarked
package io.keyledger.requirements;

import org.jspecify.annotations.NullMarked;
