package io.keyledger.edge.core.view;

import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Position;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the records of the view topics mean for the view. Pure. */
final class ViewRecords {
    private static final ThreadLocal<CredentialJson> USUAL = ThreadLocal.withInitial(CredentialJson::new);

    private ViewRecords() {}

    /** One record of a partition, as the log has it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(long offset, byte[] key, byte @Nullable [] value) {}

    /** One record, read. */
    sealed interface Change {
        /** @param bytes as they stand in the log */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Told(CredentialRecord credential, byte[] bytes) implements Change {}

        record Forgotten(CredentialId credential) implements Change {}

        record Known(PrincipalRecord principal) implements Change {}

        record Nothing() implements Change {}
    }

    /** @throws RuntimeException when the record cannot be read */
    static Change read(String topic, Stored record) {
        byte[] value = record.value();
        return switch (topic) {
            case Topics.CREDENTIALS -> {
                CredentialId key = new CredentialId(new String(record.key(), StandardCharsets.UTF_8));
                if (value == null) {
                    yield new Change.Forgotten(key);
                }
                CredentialRecord credential = credential(value);
                if (!credential.credentialId().equals(key)) {
                    throw new IllegalArgumentException("record of " + credential.credentialId() + " under key " + key);
                }
                yield new Change.Told(credential, value);
            }
            case Topics.PRINCIPALS ->
                value == null
                        ? new Change.Nothing()
                        : new Change.Known(RecordJson.fromMap(PrincipalRecord.class, JsonReader.object(value)));
            default -> throw new IllegalArgumentException("not a view topic: " + topic);
        };
    }

    /** @throws RuntimeException when the view cannot hold it; the view is then as before */
    static void apply(KeyView view, Position at, Change change) {
        switch (change) {
            case Change.Told told -> view.apply(at, told.credential());
            case Change.Forgotten forgotten -> view.forget(at, forgotten.credential());
            case Change.Known known -> view.apply(at, known.principal());
            case Change.Nothing _ -> view.reached(at.topic(), at.partition(), at.offset() + 1);
        }
    }

    static CredentialRecord credential(byte[] value) {
        CredentialRecord usual = USUAL.get().read(value);
        return usual == null ? RecordJson.fromMap(CredentialRecord.class, JsonReader.object(value)) : usual;
    }
}
