/** Which tenant is asked, by the host name of the request. */
@NullMarked
package io.keyledger.query.hosts;

import org.jspecify.annotations.NullMarked;
