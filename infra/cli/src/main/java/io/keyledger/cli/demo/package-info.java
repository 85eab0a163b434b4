/** One key's whole life against the running platform, with every event that it causes. */
@NullMarked
package io.keyledger.cli.demo;

import org.jspecify.annotations.NullMarked;
