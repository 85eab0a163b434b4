@NullMarked
package io.keyledger.query.web;

import org.jspecify.annotations.NullMarked;
