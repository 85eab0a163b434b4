@NullMarked
package io.keyledger.query.console.signin;

import org.jspecify.annotations.NullMarked;
