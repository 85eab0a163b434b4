package io.keyledger.query.console.access;

import io.keyledger.events.access.Permission;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The permission that a page takes. One of this, {@link ForEverybody} and {@link ForSignedIn} stands on every page: one
 * without is refused to all.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {
    Permission value();

    /** Whether holding it for one's own things is enough; then the page itself keeps to those. */
    boolean own() default false;
}
