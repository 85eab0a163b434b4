package io.keyledger.query.forwarding;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The table of what command-service answers; nothing else ever reaches it. It alone verifies the key of such a request, and
 * accounts for its use.
 */
@RestController
class ForwardEndpoint {
    private final Forwarder forwarder;

    ForwardEndpoint(Forwarder forwarder) {
        this.forwarder = forwarder;
    }

    @PostMapping({
        "/api/v1/keys",
        "/api/v1/keys/revoke",
        "/api/v1/keys/{id}/rotate",
        "/api/v1/keys/{id}/revoke",
        "/api/v1/keys/{id}/suspend",
        "/api/v1/keys/{id}/resume",
        "/api/v1/tenants"
    })
    void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forwarder.forward(request, response);
    }

    @PatchMapping("/api/v1/keys/{id}")
    void patch(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forwarder.forward(request, response);
    }

    @DeleteMapping("/api/v1/keys/{id}")
    void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forwarder.forward(request, response);
    }

    @PutMapping("/api/v1/settings")
    void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forwarder.forward(request, response);
    }

    @GetMapping({"/api/v1/settings", "/api/v1/tenants", "/api/v1/barriers/{id}"})
    void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forwarder.forward(request, response);
    }
}
