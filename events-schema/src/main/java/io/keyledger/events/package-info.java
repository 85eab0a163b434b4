/**
 * The contract between the services and with everyone outside.
 *
 * <p>Within v1 only new optional fields and new types are added; a reader ignores what it does not know; a stored event
 * is never rewritten.
 */
@NullMarked
package io.keyledger.events;

import org.jspecify.annotations.NullMarked;
