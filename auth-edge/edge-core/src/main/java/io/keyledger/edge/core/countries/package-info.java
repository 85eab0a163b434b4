/** In which country an address is, by a file that the operator gives. */
@NullMarked
package io.keyledger.edge.core.countries;

import org.jspecify.annotations.NullMarked;
