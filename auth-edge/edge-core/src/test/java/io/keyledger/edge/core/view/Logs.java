package io.keyledger.edge.core.view;

import io.keyledger.edge.core.view.Following.Batch;
import io.keyledger.edge.core.view.Following.Partition;
import io.keyledger.edge.core.view.ViewRecords.Stored;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.PresentedKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Records of one key, as the log has them. */
final class Logs {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final Peppers PEPPERS = new Peppers("p1", Map.of("p1", new byte[32]));
    static final Partition PRINCIPALS = new Partition(Topics.PRINCIPALS, 0);
    static final CredentialId ID = Ids.newCredentialId();
    static final KeyId KEY = Ids.newKeyId(NOON);
    static final PresentedKey PRESENTED = new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, ID);
    static final Partition CREDENTIALS = new Partition(Topics.CREDENTIALS, CredentialRecord.partition(KEY, 6));

    private Logs() {}

    static CredentialRecord record(long revision, State state) {
        return new CredentialRecord(
                ID,
                KEY,
                TenantId.DEFAULT,
                revision,
                state,
                KeyKind.KEY,
                Scope.READ_WRITE,
                new OwnerId("svc_ci"),
                "ci",
                false,
                null,
                null,
                "p1",
                Base64.getUrlEncoder().withoutPadding().encodeToString(PEPPERS.verifier("p1", PRESENTED)));
    }

    static Batch told(long offset, long revision, State state) {
        return new Batch(
                CREDENTIALS,
                List.of(new Stored(
                        offset,
                        ID.value().getBytes(StandardCharsets.US_ASCII),
                        RecordJson.bytes(record(revision, state)))),
                offset + 1);
    }

    static Batch tenant() {
        PrincipalRecord tenant = PrincipalRecord.tenant(TenantId.DEFAULT, 1, true);
        return new Batch(
                PRINCIPALS,
                List.of(new Stored(0, tenant.id().getBytes(StandardCharsets.US_ASCII), RecordJson.bytes(tenant))),
                1);
    }
}
