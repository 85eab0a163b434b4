package io.keyledger.query.web;

import jakarta.servlet.http.HttpServletRequest;

/** Decides about the key that a request presents. */
public interface Access {

    /**
     * Who asks.
     *
     * @throws Refused when the key is none, or does not hold {@code permission}
     */
    Caller require(HttpServletRequest request, String permission);
}
