/** What people and scripts see: lines, tables, JSON, progress, questions. */
@NullMarked
package io.keyledger.cli.console;

import org.jspecify.annotations.NullMarked;
