package io.keyledger.command.ledger;

import io.keyledger.command.ledger.LedgerStore.Verifier;
import io.keyledger.command.ledger.Published.Place;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.EventType;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Sends the ledger to Kafka, by index: the bytes to the audit topic, and the records of the credentials and tenants that an
 * event touched to the view topics. One thread reads and sends ahead; the acknowledgements come on Kafka's thread.
 *
 * <p>The position it saves is the first index of which anything is not acknowledged, so that after a crash some events are
 * sent again, the same bytes in the same order. A view record is made from the row of this moment: sent again it is never
 * older than before. The producer never gives a record up, for giving one up and sending the next would be a hole; an outage
 * of Kafka only makes it wait.
 */
final class Publisher implements Runnable {
    private static final int BATCH = 256;
    private static final int MAX_IN_FLIGHT = 2_000;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration SAVE_EVERY = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final PublishListener listener;
    private final Wake wake = new Wake();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final AtomicLong acknowledged = new AtomicLong();

    /** Sent and not yet known to be acknowledged as a whole, in the order of the ledger. Only for the publisher's thread. */
    private final Deque<Sent> inFlight = new ArrayDeque<>();

    private final Set<TenantId> toldTenants = new HashSet<>();
    private final Queue<Again> asked = new ConcurrentLinkedQueue<>();

    /** Sent again and not yet acknowledged. Only for the publisher's thread. */
    private final List<Again> repeating = new ArrayList<>();

    private @Nullable Producer<byte[], byte[]> producer;
    private long next;
    private long saved;
    private long savedAt;
    private boolean failing;

    /**
     * A publisher that does not run yet.
     *
     * @param producers makes an idempotent producer that waits for all replicas and never gives up
     */
    Publisher(
            TransactionOperations transactions,
            DataSource dataSource,
            Supplier<Producer<byte[], byte[]>> producers,
            PublishListener listener) {
        this.transactions = transactions;
        this.jdbc = new JdbcTemplate(dataSource);
        this.producers = producers;
        this.listener = listener;
    }

    /** Says that the ledger has grown. From any thread. */
    void signal() {
        wake.signal();
    }

    /** Ends {@link #run}; what is not acknowledged by then is sent again at the next start. */
    void stop() {
        running.set(false);
        wake.signal();
    }

    /** Credentials and principals whose present records are to be sent once more. */
    private record Again(List<CredentialId> credentials, List<String> principals, CompletableFuture<Boolean> told) {}

    /**
     * Has the present records of these sent once more, by the publisher's thread: so never behind a newer one. From any thread.
     *
     * @param principals their ids
     * @return done once Kafka has them; failed when they have to be asked for again
     */
    CompletableFuture<Boolean> tellAgain(List<CredentialId> credentials, List<String> principals) {
        Again again = new Again(credentials, principals, new CompletableFuture<>());
        asked.add(again);
        wake.signal();
        return again.told();
    }

    /** The first index of which anything is not acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    @Override
    public void run() {
        while (running.get()) {
            try {
                step();
                failing = false;
            } catch (InterruptException e) {
                running.set(false);
            } catch (RuntimeException e) {
                startAnew(e);
            }
        }
        try {
            settle();
            save(true);
        } catch (RuntimeException e) {
            LOG.debug("The publisher's last position was not saved; it sends some events again", e);
        }
        close();
    }

    private void step() {
        Producer<byte[], byte[]> to = producer;
        if (to == null) {
            next = transact(LedgerStore::published);
            saved = next;
            acknowledged.set(next);
            to = producers.get();
            producer = to;
        }
        repeat(to);
        int sent = 0;
        if (inFlight.size() < MAX_IN_FLIGHT) {
            Batch batch = transact(this::read);
            sent = batch.entries().size();
            send(to, batch);
        }
        settle();
        save(false);
        if (sent == 0) {
            wake.sleep(acknowledged.get() > saved ? SAVE_EVERY.toNanos() : IDLE.toNanos());
        }
    }

    private <T> T transact(ConnectionCallback<T> work) {
        T result = transactions.execute(_ -> jdbc.execute(work));
        if (result == null) {
            throw new IllegalStateException("a transaction gave nothing");
        }
        return result;
    }

    /** What of the ledger is to be sent next, and what the view holds of it now. */
    private record Batch(
            List<LedgerEntry> entries,
            List<CloudEvent> events,
            Map<KeyId, List<CredentialState>> credentials,
            Map<CredentialId, Verifier> verifiers,
            Map<String, PrincipalRecord> principals) {}

    private Batch read(Connection connection) throws SQLException {
        List<LedgerEntry> entries = LedgerStore.entries(connection, next, BATCH);
        List<CloudEvent> events = new ArrayList<>(entries.size());
        Set<String> keys = new HashSet<>();
        Set<String> principals = new HashSet<>();
        for (LedgerEntry entry : entries) {
            CloudEvent event = CloudEvent.read(entry.bytes());
            if (event == null) {
                throw new IllegalStateException("ledger index %d is of the type %s, which this version does not know"
                        .formatted(entry.index(), entry.type()));
            }
            events.add(event);
            switch (event.data()) {
                case KeyEvent e -> keys.add(e.keyId().value());
                case UserEvent e -> principals.add(PrincipalRecord.userId(e.userId()));
                default -> principals.add(PrincipalRecord.tenantId(event.tenant()));
            }
            if (!toldTenants.contains(event.tenant())) {
                principals.add(PrincipalRecord.tenantId(event.tenant()));
            }
        }
        Map<KeyId, List<CredentialState>> credentials = LedgerStore.credentials(connection, keys);
        List<CredentialId> touched = new ArrayList<>();
        for (CloudEvent event : events) {
            touched(event, credentials).forEach(credential -> touched.add(credential.credentialId()));
        }
        return new Batch(
                entries,
                events,
                credentials,
                LedgerStore.verifiers(connection, Set.copyOf(touched)),
                LedgerStore.principals(connection, principals));
    }

    /** The credentials that this event changed. One that a later event changed too may come along: no harm. */
    private static List<CredentialState> touched(CloudEvent event, Map<KeyId, List<CredentialState>> credentials) {
        if (!(event.data() instanceof KeyEvent key) || key instanceof KeyEvent.RevocationConfirmed) {
            return List.of();
        }
        return credentials.getOrDefault(key.keyId(), List.of()).stream()
                .filter(credential -> credential.revision() >= event.sequence())
                .collect(Collectors.toList());
    }

    /** Whom edges have to hear of because of this event: the person, and the tenant if they were not told of it yet. */
    private static List<PrincipalRecord> principals(CloudEvent event, Batch batch) {
        List<PrincipalRecord> principals = new ArrayList<>(2);
        PrincipalRecord tenant = batch.principals().get(PrincipalRecord.tenantId(event.tenant()));
        if (tenant != null) {
            principals.add(tenant);
        }
        if (event.data() instanceof UserEvent e && changesView(e)) {
            PrincipalRecord person = batch.principals().get(PrincipalRecord.userId(e.userId()));
            if (person != null) {
                principals.add(person);
            }
        }
        return principals;
    }

    private static boolean changesView(UserEvent event) {
        return !(event instanceof SignedIn || event instanceof SignedOut || event instanceof UserUpdated);
    }

    private void send(Producer<byte[], byte[]> to, Batch batch) {
        Map<String, SentRecord> views = new LinkedHashMap<>();
        List<Sent> sents = new ArrayList<>(batch.entries().size());
        for (int i = 0; i < batch.entries().size(); i++) {
            CloudEvent event = batch.events().get(i);
            List<SentRecord> told = new ArrayList<>();
            boolean strict = true;
            for (CredentialState credential : touched(event, batch.credentials())) {
                strict &= credential.strict();
                told.add(views.computeIfAbsent(
                        credential.credentialId().value(),
                        _ -> new SentRecord(credentialRecord(credential, batch.verifiers()))));
            }
            for (PrincipalRecord principal : principals(event, batch)) {
                toldTenants.add(event.tenant());
                told.add(views.computeIfAbsent(principal.id(), _ -> new SentRecord(principalRecord(principal))));
            }
            SentRecord audit = new SentRecord(auditRecord(event, batch.entries().get(i)));
            sents.add(new Sent(batch.entries().get(i).index(), event, strict, audit, told));
        }
        // All are linked before the first is sent, for an acknowledgement may come at once.
        for (Sent sent : sents) {
            inFlight.add(sent);
            send(to, sent.audit);
            sent.views.forEach(view -> send(to, view));
            next = sent.index + 1;
        }
    }

    private void send(Producer<byte[], byte[]> to, SentRecord record) {
        if (record.sent) {
            return;
        }
        record.sent = true;
        var _ = to.send(record.record, (metadata, error) -> {
            if (error == null) {
                record.acknowledge(metadata, listener);
                if (record.last()) {
                    wake.signal();
                }
            } else {
                failure.compareAndSet(null, error);
                wake.signal();
            }
        });
    }

    private void repeat(Producer<byte[], byte[]> to) {
        repeating.removeIf(again -> again.told().isDone());
        Again again;
        while ((again = asked.poll()) != null) {
            Again present = again;
            List<ProducerRecord<byte[], byte[]>> records;
            try {
                records = transact(connection -> records(connection, present));
            } catch (RuntimeException e) {
                // Nothing else waits for it.
                present.told().completeExceptionally(e);
                continue;
            }
            repeating.add(present);
            AtomicInteger missing = new AtomicInteger(records.size());
            if (records.isEmpty()) {
                present.told().complete(true);
            }
            for (ProducerRecord<byte[], byte[]> record : records) {
                var _ = to.send(record, (_, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                        present.told().completeExceptionally(error);
                    } else if (missing.decrementAndGet() == 0) {
                        present.told().complete(true);
                    }
                    wake.signal();
                });
            }
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> records(Connection connection, Again again)
            throws SQLException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<CredentialState> credentials = LedgerStore.credentialsById(
                connection,
                again.credentials().stream().map(CredentialId::value).toList());
        Map<CredentialId, Verifier> verifiers = LedgerStore.verifiers(
                connection,
                credentials.stream().map(CredentialState::credentialId).toList());
        credentials.forEach(credential -> records.add(credentialRecord(credential, verifiers)));
        LedgerStore.principals(connection, again.principals())
                .values()
                .forEach(principal -> records.add(principalRecord(principal)));
        return records;
    }

    private static ProducerRecord<byte[], byte[]> auditRecord(CloudEvent event, LedgerEntry entry) {
        List<Header> headers = new ArrayList<>();
        event.headers().forEach((name, value) -> headers.add(new RecordHeader(name, value)));
        return new ProducerRecord<>(
                EventType.of(event.data()).topic(), null, null, utf8(entry.partitionKey()), entry.bytes(), headers);
    }

    private static ProducerRecord<byte[], byte[]> credentialRecord(
            CredentialState credential, Map<CredentialId, Verifier> verifiers) {
        Verifier verifier = verifiers.get(credential.credentialId());
        if (verifier == null) {
            if (!credential.state().terminal()) {
                throw new IllegalStateException("credential " + credential.credentialId() + " has no verifier");
            }
            verifier = Verifier.GONE;
        }
        CredentialRecord record = credential.with(verifier.pepper(), verifier.verifier());
        return new ProducerRecord<>(
                Topics.CREDENTIALS,
                CredentialRecord.partition(record.keyId(), partitions(Topics.CREDENTIALS)),
                utf8(record.credentialId().value()),
                RecordJson.bytes(record));
    }

    private static ProducerRecord<byte[], byte[]> principalRecord(PrincipalRecord record) {
        return new ProducerRecord<>(Topics.PRINCIPALS, utf8(record.id()), RecordJson.bytes(record));
    }

    /** Fixed for ever, see {@link Topics.Spec}. */
    private static int partitions(String topic) {
        return Topics.ALL.stream()
                .filter(spec -> spec.name().equals(topic))
                .findFirst()
                .orElseThrow()
                .partitions();
    }

    private static byte[] utf8(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes from the front what is acknowledged as a whole. */
    private void settle() {
        Exception error = failure.getAndSet(null);
        if (error != null) {
            throw new IllegalStateException("Kafka refused a record: " + error.getMessage(), error);
        }
        Sent first;
        while ((first = inFlight.peek()) != null && first.complete()) {
            inFlight.remove();
            acknowledged.set(first.index + 1);
        }
    }

    private void save(boolean now) {
        long position = acknowledged.get();
        if (position > saved && (now || System.nanoTime() - savedAt >= SAVE_EVERY.toNanos())) {
            transactions.executeWithoutResult(_ -> jdbc.execute((ConnectionCallback<@Nullable Void>) connection -> {
                LedgerStore.savePublished(connection, position);
                return null;
            }));
            saved = position;
            savedAt = System.nanoTime();
        }
    }

    /** Goes back to the saved position. What is in flight is dropped with its producer and sent again by the next one. */
    private void startAnew(RuntimeException e) {
        if (!failing) {
            LOG.warn("The publisher failed and tries again", e);
            failing = true;
        }
        close();
        inFlight.clear();
        repeating.forEach(again -> again.told().completeExceptionally(e));
        repeating.clear();
        toldTenants.clear();
        failure.set(null);
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    private void close() {
        Producer<byte[], byte[]> old = producer;
        producer = null;
        if (old != null) {
            old.close(running.get() ? Duration.ZERO : CLOSE);
        }
    }

    /** One ledger entry on its way, with the view records that tell of it; one view record may tell of several entries. */
    private static final class Sent {
        private final long index;
        private final CloudEvent event;
        private final boolean strict;
        private final SentRecord audit;
        private final List<SentRecord> views;
        private int missing;

        Sent(long index, CloudEvent event, boolean strict, SentRecord audit, List<SentRecord> views) {
            this.index = index;
            this.event = event;
            this.strict = strict;
            this.audit = audit;
            this.views = views;
            this.missing = 1 + views.size();
            audit.tellsOf.add(this);
            views.forEach(view -> view.tellsOf.add(this));
        }

        synchronized boolean complete() {
            return missing == 0;
        }

        void acknowledged(PublishListener listener) {
            synchronized (this) {
                if (--missing > 0) {
                    return;
                }
            }
            listener.published(new Published(
                    event.id(),
                    event.data() instanceof KeyEvent key ? key.keyId() : null,
                    Published.endsKey(event.data()),
                    strict,
                    event.time(),
                    audit.place(),
                    views.stream().map(SentRecord::place).toList()));
        }
    }

    private static final class SentRecord {
        private final ProducerRecord<byte[], byte[]> record;
        private final List<Sent> tellsOf = new ArrayList<>(1);
        private boolean sent;
        private volatile @Nullable Place place;

        SentRecord(ProducerRecord<byte[], byte[]> record) {
            this.record = record;
        }

        void acknowledge(RecordMetadata metadata, PublishListener listener) {
            place = new Place(metadata.topic(), metadata.partition(), metadata.offset());
            tellsOf.forEach(sentEntry -> sentEntry.acknowledged(listener));
        }

        boolean last() {
            return tellsOf.getLast().complete();
        }

        Place place() {
            Place known = place;
            if (known == null) {
                throw new IllegalStateException("not acknowledged yet");
            }
            return known;
        }
    }

    /** Settings of a producer that loses nothing, doubles and reorders nothing within its life, and never gives up. */
    static Map<String, Object> producerSettings(Map<String, Object> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("client.id", "keyledger-publisher");
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        // A broker that knows nothing of a producer takes any first sequence: decision 0019.
        settings.put("max.in.flight.requests.per.connection", 1);
        settings.put("linger.ms", 0);
        settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
        settings.put("max.block.ms", 10_000);
        settings.put("request.timeout.ms", 10_000);
        settings.put("compression.type", "none");
        return settings;
    }
}
