package io.keyledger.query.history;

import io.keyledger.events.CredentialId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.JsonBody;
import io.keyledger.query.web.OwnerRights;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Verdict.Code;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/v1/decisions/explain}: what an edge would have said at a moment, by which fact, and who set that. The rule is
 * the edge's own. Of a key that is sent nothing but its public part leaves {@link Named}.
 */
@RestController
class ExplainEndpoint {
    private static final String PERMISSION = "audit:read";
    private static final String AS_OF = "asOf";

    private final Courses courses;
    private final Countries countries;
    private final InstantSource clock;

    ExplainEndpoint(Courses courses, Countries countries, InstantSource clock) {
        this.courses = courses;
        this.countries = countries;
        this.clock = clock;
    }

    /** Where there is nothing to explain it by. */
    private record Unknown(boolean allowed, String code, String reason) {}

    @PostMapping("/api/v1/decisions/explain")
    void explain(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        JsonBody body = JsonBody.of(
                request,
                Named.KEY,
                Named.CREDENTIAL_ID,
                AskFields.PERMISSION,
                AskFields.METHOD,
                AskFields.PATH,
                AskFields.IP,
                AS_OF);
        Instant now = RecordJson.micros(clock.instant());
        Instant asked = body.time(AS_OF);
        if (asked != null && asked.isAfter(now)) {
            throw body.invalid(AS_OF, "what has come: now it is " + RecordJson.time(now));
        }
        Instant at = asked == null ? now : asked;
        Ask ask = AskFields.read(body, countries);
        CredentialId id = Named.exactly(body);
        if (id == null) {
            Answers.json(
                    response,
                    RecordJson.bytes(new Unknown(
                            false,
                            Code.MALFORMED.wire(),
                            "It has not the form of a key, or its checksum is wrong: edges look nothing up for it.")));
            return;
        }
        Answers.json(response, explained(tenant, id, at, ask, OwnerRights.ownOnly(request)));
    }

    private byte[] explained(String tenant, CredentialId id, Instant at, Ask ask, @Nullable String own) {
        String keyId = courses.keyOf(tenant, id);
        Course<KeyState> key = keyId == null ? null : courses.key(tenant, keyId);
        if (key == null || key.steps().isEmpty()) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Course.Step<KeyState> first = key.steps().getFirst();
        if (own != null && !own.equals(first.state().row().owner().value())) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        KeyState state = key.at(at);
        CredentialState credential = state == null ? null : state.credential(id);
        if (credential == null) {
            return RecordJson.bytes(new Unknown(
                    false, Code.UNKNOWN.wire(), "At that moment there was no such credential: it was created later."));
        }
        Course<PrincipalRecord> owner = courses.person(tenant, credential.owner());
        return RecordJson.bytes(Explanation.of(key, courses.tenant(tenant), owner, credential, at, ask));
    }
}
