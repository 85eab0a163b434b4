@NullMarked
package io.keyledger.cli.siem;

import org.jspecify.annotations.NullMarked;
