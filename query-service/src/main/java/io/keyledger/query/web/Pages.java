package io.keyledger.query.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Says no: to a person's browser with a page, to a program with a problem. The console does it; everybody else only asks. */
@FunctionalInterface
public interface Pages {

    /** Writes the refusal; nothing must have been written before. */
    void refuse(HttpServletRequest request, HttpServletResponse response, Refusal refusal) throws IOException;
}
