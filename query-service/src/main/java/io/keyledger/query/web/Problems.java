package io.keyledger.query.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Whatever goes wrong, as a problem. Once a byte of the answer is out, the connection is broken off instead. */
@RestControllerAdvice
class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    /** PostgreSQL's word for a table that is not there (yet). */
    private static final String UNDEFINED_TABLE = "42P01";

    @ExceptionHandler(Refused.class)
    void refused(Refused e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, e.refusal(), e);
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    void nothingThere(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, new Refusal.NoSuchPath(), e);
    }

    @ExceptionHandler(HttpRequestMethodNotSupportedException.class)
    void method(HttpRequestMethodNotSupportedException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<String> allowed = e.getSupportedHttpMethods() == null
                ? List.of()
                : e.getSupportedHttpMethods().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .toList();
        answer(request, response, new Refusal.MethodNotAllowed(allowed), e);
    }

    @ExceptionHandler({DataAccessException.class, CannotCreateTransactionException.class})
    void database(RuntimeException e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean away = e instanceof DataAccessResourceFailureException
                || e instanceof TransientDataAccessException
                || e instanceof CannotCreateTransactionException
                || e instanceof BadSqlGrammarException
                        && e.getCause() instanceof SQLException cause
                        && UNDEFINED_TABLE.equals(cause.getSQLState());
        if (away) {
            LOG.warn("PostgreSQL is away: {}", e.toString());
            answer(request, response, new Refusal.DatabaseAway(), e);
        } else {
            other(e, request, response);
        }
    }

    /** A connection broke, as a rule the client's: there may be nobody to answer. */
    @ExceptionHandler(IOException.class)
    void broken(IOException e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        LOG.info("{} {} broke off: {}", request.getMethod(), request.getRequestURI(), e.toString());
        answer(request, response, new Refusal.BadRequest(), e);
    }

    @ExceptionHandler(Exception.class)
    void other(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        answer(request, response, new Refusal.Internal(), e);
    }

    private static void answer(
            HttpServletRequest request, HttpServletResponse response, Refusal refusal, Exception cause)
            throws IOException {
        if (response.isCommitted()) {
            // A clean end would make half an answer look like a whole one.
            throw new IOException("the answer broke off", cause);
        }
        response.resetBuffer();
        Answers.refuse(request, response, refusal);
    }
}
