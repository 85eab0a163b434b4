/** Bodies in, answers and problems out. */
@NullMarked
package io.keyledger.command.web;

import org.jspecify.annotations.NullMarked;
