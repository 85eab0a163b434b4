package io.keyledger.query.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where the container ends up with an error that no handler has answered. */
@RestController
class ErrorEndpoint implements ErrorController {
    private final Pages pages;

    ErrorEndpoint(Pages pages) {
        this.pages = pages;
    }

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        pages.refuse(request, response, refusal(status instanceof Integer code ? code : 404));
    }

    private static Refusal refusal(int status) {
        return switch (status) {
            case 401 -> new Refusal.Unauthorized();
            case 404 -> new Refusal.NoSuchPath();
            default -> status < 500 ? new Refusal.BadRequest() : new Refusal.Internal();
        };
    }
}
