package io.keyledger.query.web;

import jakarta.servlet.http.HttpServletRequest;

/** Tells which requests another service decides about, key and all. */
@FunctionalInterface
public interface Elsewhere {
    boolean decided(HttpServletRequest request);
}
