/** Administration of API keys: list, one key, creation, rotation, revocation of one or many. */
@NullMarked
package io.keyledger.query.console.keys;

import org.jspecify.annotations.NullMarked;
