/**
 * Makes a Spring Boot service accept Keyledger keys: it becomes an edge of its own, with a live view in its memory, and so
 * is asked in every revocation.
 */
@NullMarked
package io.keyledger.starter;

import org.jspecify.annotations.NullMarked;
