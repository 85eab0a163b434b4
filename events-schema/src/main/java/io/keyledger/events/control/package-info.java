/** What command-service and edges tell each other about positions and leases. Internal to the platform. */
@NullMarked
package io.keyledger.events.control;

import org.jspecify.annotations.NullMarked;
