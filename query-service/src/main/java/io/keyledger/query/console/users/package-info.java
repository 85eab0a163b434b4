/** People: who may sign in, with which roles; and one's own profile. */
@NullMarked
package io.keyledger.query.console.users;

import org.jspecify.annotations.NullMarked;
