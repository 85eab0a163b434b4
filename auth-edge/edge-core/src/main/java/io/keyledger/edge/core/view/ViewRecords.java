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
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Kafka's records of the view topics, into the view. */
final class ViewRecords {
    private static final ThreadLocal<CredentialJson> USUAL = ThreadLocal.withInitial(CredentialJson::new);

    private ViewRecords() {}

    /** @throws RuntimeException when the record cannot be read; the view is then as before */
    static void apply(KeyView view, ConsumerRecord<byte[], byte[]> record) {
        Position at = new Position(record.topic(), record.partition(), record.offset());
        byte[] value = record.value();
        switch (record.topic()) {
            case Topics.CREDENTIALS -> {
                CredentialId key = new CredentialId(new String(record.key(), StandardCharsets.UTF_8));
                if (value == null) {
                    view.forget(at, key);
                    return;
                }
                CredentialRecord credential = credential(value);
                if (!credential.credentialId().equals(key)) {
                    throw new IllegalArgumentException("record of " + credential.credentialId() + " under key " + key);
                }
                view.apply(at, credential);
            }
            case Topics.PRINCIPALS -> {
                if (value == null) {
                    view.reached(at.topic(), at.partition(), at.offset() + 1);
                } else {
                    view.apply(at, RecordJson.fromMap(PrincipalRecord.class, JsonReader.object(value)));
                }
            }
            default -> throw new IllegalArgumentException("not a view topic: " + record.topic());
        }
    }

    private static CredentialRecord credential(byte[] value) {
        CredentialRecord usual = USUAL.get().read(value);
        return usual == null ? RecordJson.fromMap(CredentialRecord.class, JsonReader.object(value)) : usual;
    }
}
