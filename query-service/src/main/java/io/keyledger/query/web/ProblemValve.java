package io.keyledger.query.web;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/** What Tomcat refuses by itself, before any servlet sees it: as a problem too, without Tomcat's page. */
public final class ProblemValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        Problem problem = Problem.of(
                switch (status) {
                    case 404 -> new Refusal.NoSuchPath();
                    case 413 -> new Refusal.BodyTooLarge(64 * 1024);
                    default -> status < 500 ? new Refusal.BadRequest() : new Refusal.Internal();
                });
        try {
            response.setContentType(Problem.MEDIA_TYPE);
            DoorFilter.protect(response, true);
            byte[] body = new Problem(
                            status,
                            problem.slug(),
                            problem.title(),
                            problem.detail(),
                            problem.field(),
                            problem.limit(),
                            problem.retryAfterSeconds())
                    .json(null);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            container.getLogger().debug("the error could not be reported", e);
        }
    }
}
