package io.keyledger.query.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/v1/openapi.yaml}: the description of this API, for everybody. */
@RestController
class OpenApiEndpoint {

    @GetMapping("/api/v1/openapi.yaml")
    void openApi(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Parameters.of(request);
        try (InputStream in = OpenApiEndpoint.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new Refused(new Refusal.NoSuchPath());
            }
            response.setContentType("application/yaml");
            in.transferTo(response.getOutputStream());
        }
    }
}
