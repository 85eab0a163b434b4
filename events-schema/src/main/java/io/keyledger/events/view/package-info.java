/** What edges hold in memory: the records of the compacted view topics. Internal to the platform, not for SIEMs. */
@NullMarked
package io.keyledger.events.view;

import org.jspecify.annotations.NullMarked;
