/** The platform as a shell sees it: its folder, its addresses, its API, and how a command fails. */
@NullMarked
package io.keyledger.cli.client;

import org.jspecify.annotations.NullMarked;
