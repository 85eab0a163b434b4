/** What all doors of the public origin share: problems, parameters, cursors, who calls. */
@NullMarked
package io.keyledger.query.web;

import org.jspecify.annotations.NullMarked;
