/** Who may call: peer, credential, tenant switch and permission, and the record of each verdict. */
@NullMarked
package io.keyledger.command.door;

import org.jspecify.annotations.NullMarked;
