package io.keyledger.starter;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Which permission a request needs. Declare a bean of it to replace the platform's own table of routes. */
@FunctionalInterface
public interface RequestPermission {
    /** Such as {@code keys:read}; null = any live key will do. */
    @Nullable
    String of(HttpServletRequest request);
}
