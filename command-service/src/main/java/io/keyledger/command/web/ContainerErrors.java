package io.keyledger.command.web;

import io.keyledger.command.key.Refusal;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import tools.jackson.databind.json.JsonMapper;

/** What the servlet container itself refuses, before or beside everything of ours, is a problem as well. */
@Configuration(proxyBeanMethods = false)
class ContainerErrors {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemValve() {
        return factory -> factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new ProblemValve()));
    }

    private static Problem problem(int status) {
        if (status == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            return Problem.of(new Refusal.MethodNotAllowed(List.of("GET", "POST", "PUT", "PATCH", "DELETE")));
        }
        if (status == HttpServletResponse.SC_NOT_FOUND) {
            return Problem.of(new Refusal.NoSuchPath());
        }
        return Problem.of(status >= 400 && status < 500 ? new Refusal.BadRequest() : new Refusal.Internal());
    }

    /** Where the container sends what it refuses once the request is ours. */
    @Controller
    static class Forwarded implements ErrorController {
        @RequestMapping("${server.error.path:${error.path:/error}}")
        void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
            Problems.write(problem(status instanceof Integer code ? code : response.getStatus()), request, response);
        }
    }

    /** For requests that cannot even be read. */
    private static final class ProblemValve extends ErrorReportValve {
        private static final JsonMapper JSON = new JsonMapper();

        @Override
        protected void report(Request request, Response response, @Nullable Throwable thrown) {
            int status = response.getStatus();
            if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
                return;
            }
            try {
                Problem problem = problem(status);
                response.setContentType(Problem.MEDIA_TYPE);
                response.setCharacterEncoding("UTF-8");
                response.getReporter().write(JSON.writeValueAsString(problem.body(null)));
                response.finishResponse();
            } catch (IOException | IllegalStateException _) {
                // Whoever asked is gone.
            }
        }
    }
}
