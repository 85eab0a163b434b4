/** What people may do, and how one service tells another which person asks. Pure: the JDK and nothing else. */
@NullMarked
package io.keyledger.events.access;

import org.jspecify.annotations.NullMarked;
