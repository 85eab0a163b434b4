package io.keyledger.query.audit;

import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Listing;
import io.keyledger.query.web.OwnerRights;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/v1/keys/{id}/history}: all that happened to a key and with it, oldest first, of any length in constant memory.
 * Also of a deleted key, for its history stays. {@code after} is a cursor or the id of the event that was read last. Who may read
 * only what is their own reads the histories of their own keys.
 */
@RestController
class HistoryEndpoint {
    private static final String PERMISSION = "audit:read";
    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

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
        String owner = keys.ownerEver(tenant, id);
        String own = OwnerRights.ownOnly(request);
        if (owner == null || own != null && !own.equals(owner)) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Listing.write(
                request,
                response,
                parameters,
                EventQueries.KEY_SIZE,
                Arrays.asList("history", tenant, id),
                (after, limit) -> events.ofKey(tenant, id, after, limit),
                text -> place(tenant, id, text));
    }

    /** Where it goes on after the event of that id; null for a text that is no event's id. */
    private @Nullable List<String> place(String tenant, String keyId, String text) {
        if (!EVENT_ID.matcher(text).matches()) {
            return null;
        }
        List<String> place = events.place(tenant, keyId, UUID.fromString(text));
        if (place == null) {
            throw Parameters.invalid(
                    "after", "the id of an event of this history, or the 'next' of an answer to the same question");
        }
        return place;
    }
}
