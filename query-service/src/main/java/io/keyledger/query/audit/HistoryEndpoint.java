package io.keyledger.query.audit;

import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Listing;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/v1/keys/{id}/history}: all that happened to a key and with it, oldest first. Also of a deleted key, for its
 * history stays.
 */
@RestController
class HistoryEndpoint {
    private static final String PERMISSION = "audit:read";

    private final EventQueries events;
    private final KeyQueries keys;
    private final MinPosition minPosition;

    HistoryEndpoint(EventQueries events, KeyQueries keys, MinPosition minPosition) {
        this.events = events;
        this.keys = keys;
        this.minPosition = minPosition;
    }

    @GetMapping("/api/v1/keys/{id}/history")
    void history(@PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(request, "limit", "after", MinPosition.NAME);
        minPosition.await(parameters);
        if (!keys.everHad(tenant, id)) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Listing.write(
                request,
                response,
                parameters,
                EventQueries.KEY_SIZE,
                Arrays.asList("history", tenant, id),
                (after, limit) -> events.ofKey(tenant, id, after, limit));
    }
}
