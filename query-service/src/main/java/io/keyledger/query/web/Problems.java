package io.keyledger.query.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Whatever goes wrong, as a problem or a page. Once a byte of the answer is out, the connection is broken off instead. */
@RestControllerAdvice
public class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    /** PostgreSQL's word for a table that is not there (yet). */
    private static final String UNDEFINED_TABLE = "42P01";

    static final Refusal UNREADABLE = new Refusal.InvalidParameter("query", "UTF-8 in percent-encoding");

    private final Pages pages;

    Problems(Pages pages) {
        this.pages = pages;
    }

    @ExceptionHandler(Exception.class)
    void failed(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Refusal refusal = refusal(e, request);
        if (response.isCommitted()) {
            // A clean end would make half an answer look like a whole one.
            throw new IOException("the answer broke off", e);
        }
        response.resetBuffer();
        pages.refuse(request, response, refusal);
    }

    /** What to say of it; what is not the caller's doing is in the log from here on. */
    public static Refusal refusal(Exception e, HttpServletRequest request) {
        return switch (e) {
            case Refused refused -> refused.refusal();
            case NoHandlerFoundException _, NoResourceFoundException _ -> new Refusal.NoSuchPath();
            case HttpRequestMethodNotSupportedException method -> new Refusal.MethodNotAllowed(allowed(method));
            // Its message holds what was sent.
            case InvalidParameterException _ -> UNREADABLE;
            case ServletRequestBindingException _, MethodArgumentTypeMismatchException _ -> new Refusal.BadRequest();
            case DataAccessException database when isAway(database) -> away(database);
            case CannotCreateTransactionException database -> away(database);
            // A connection broke, as a rule the client's: there may be nobody to answer.
            case IOException _ -> {
                LOG.info("{} {} broke off: {}", request.getMethod(), request.getRequestURI(), e.toString());
                yield new Refusal.BadRequest();
            }
            default -> {
                LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
                yield new Refusal.Internal();
            }
        };
    }

    private static boolean isAway(DataAccessException e) {
        return e instanceof DataAccessResourceFailureException
                || e instanceof TransientDataAccessException
                || e instanceof BadSqlGrammarException
                        && e.getCause() instanceof SQLException cause
                        && UNDEFINED_TABLE.equals(cause.getSQLState());
    }

    private static Refusal away(RuntimeException e) {
        LOG.warn("PostgreSQL is away: {}", e.toString());
        return new Refusal.DatabaseAway();
    }

    private static List<String> allowed(HttpRequestMethodNotSupportedException e) {
        return e.getSupportedHttpMethods() == null
                ? List.of()
                : e.getSupportedHttpMethods().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .toList();
    }
}
