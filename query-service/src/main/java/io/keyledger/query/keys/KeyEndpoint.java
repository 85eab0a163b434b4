package io.keyledger.query.keys;

import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.keys.KeyFilter.Restriction;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.Listing;
import io.keyledger.query.web.Listing.Item;
import io.keyledger.query.web.OwnerRights;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/v1/keys} and {@code GET /api/v1/keys/{id}}, as they are or as they were at {@code asOf}; of those who may read
 * only their own, these alone.
 */
@RestController
class KeyEndpoint {
    private static final String PERMISSION = "keys:read";

    private static final String AS_OF = "asOf";

    private final KeyQueries keys;
    private final PastKeys past;
    private final MinPosition minPosition;
    private final InstantSource clock;

    KeyEndpoint(KeyQueries keys, PastKeys past, MinPosition minPosition, InstantSource clock) {
        this.keys = keys;
        this.past = past;
        this.minPosition = minPosition;
        this.clock = clock;
    }

    @GetMapping("/api/v1/keys")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(
                request,
                "search",
                "status",
                "scope",
                "owner",
                "restriction",
                AS_OF,
                "limit",
                "after",
                MinPosition.NAME);
        Instant asOf = parameters.past(AS_OF, clock.instant());
        String status = parameters.oneOf("status", listed());
        String own = OwnerRights.ownOnly(request);
        String owner = owner(parameters);
        KeyFilter filter = new KeyFilter(
                tenant,
                parameters.text("search"),
                status == null ? null : Status.valueOf(status),
                parameters.oneOf(
                        "scope", Arrays.stream(Scope.values()).map(Scope::wire).toList()),
                own == null ? owner : own,
                null,
                null,
                Restriction.ofWire(parameters.oneOf("restriction", Restriction.wires())));
        minPosition.await(parameters);
        Listing.write(
                request,
                response,
                parameters,
                1,
                question(filter, status, asOf),
                (after, limit) -> own != null && owner != null && !owner.equals(own)
                        ? List.of()
                        : list(filter, asOf, after == null ? null : after.getFirst(), limit));
    }

    private List<Item> list(KeyFilter filter, @Nullable Instant asOf, @Nullable String after, int limit) {
        return asOf == null ? keys.list(filter, after, limit) : past.list(filter, asOf, after, limit);
    }

    @GetMapping("/api/v1/keys/{id}")
    void one(@PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(request, AS_OF, MinPosition.NAME);
        Instant asOf = parameters.past(AS_OF, clock.instant());
        String keyId = keyId(id);
        minPosition.await(parameters);
        String own = OwnerRights.ownOnly(request);
        KeyJson key = asOf == null ? keys.one(tenant, keyId) : past.one(tenant, keyId, own, asOf);
        if (key == null || own != null && !key.owner().value().equals(own)) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Answers.json(response, RecordJson.bytes(key));
    }

    /** The id in a path; one that cannot be an id names no key. */
    private static String keyId(String id) {
        try {
            return new KeyId(id).value();
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal.NoSuchKey());
        }
    }

    private static @Nullable String owner(Parameters parameters) {
        String owner = parameters.text("owner");
        try {
            return owner == null ? null : new OwnerId(owner).value();
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid("owner", "usr_, svc_ or grp_ and 1 to 64 letters, digits, '.', '-' or '_'");
        }
    }

    /** A deleted key is in no list. */
    private static List<String> listed() {
        return Arrays.stream(Status.values())
                .filter(s -> s != Status.DELETED)
                .map(Status::name)
                .toList();
    }

    private static List<@Nullable String> question(KeyFilter filter, @Nullable String status, @Nullable Instant asOf) {
        return Arrays.asList(
                "keys",
                filter.tenant(),
                filter.search(),
                status,
                filter.scope(),
                filter.owner(),
                filter.restriction() == null ? null : filter.restriction().wire(),
                asOf == null ? null : asOf.toString());
    }
}
