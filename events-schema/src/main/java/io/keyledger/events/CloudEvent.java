package io.keyledger.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One public event: CloudEvents 1.0 context attributes, our extensions, and the fact itself. Its bytes are made once, by
 * the single writer of its source, and never made again by anyone.
 *
 * @param id UUIDv7; a reader removes repeats by it
 * @param source URN of the single writer whose events are numbered and chained, see {@link Sources}
 * @param sequence from 1, without a hole, per source
 * @param prevHash hex SHA-256 of 0x00 and the bytes of the source's previous event; {@link #GENESIS} for the first
 * @param time when the fact came true
 * @param recordedTime when the writer made these bytes
 * @param partitionKey the Kafka key
 * @param requestId the request that caused it, if one did; stands in {@code data}
 */
public record CloudEvent(
        String id,
        String source,
        long sequence,
        String prevHash,
        Instant time,
        Instant recordedTime,
        TenantId tenant,
        String subject,
        String partitionKey,
        Actor actor,
        @Nullable String requestId,
        Event data) {

    /** The prevhash of a first event: 64 zeros. */
    public static final String GENESIS = "0".repeat(64);

    private static final int SEQUENCE_DIGITS = 20;
    private static final String SPEC_VERSION = "1.0";
    private static final String CONTENT_TYPE = "application/json";
    private static final HexFormat HEX = HexFormat.of();

    public CloudEvent {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence counts from 1");
        }
        if (prevHash.length() != GENESIS.length()) {
            throw new IllegalArgumentException("prevhash must be 64 hex digits");
        }
    }

    /** Who did it: CloudEvents' {@code authtype} (user, api_key, system, unauthenticated) and {@code authid}. */
    public record Actor(String type, String id) {
        public static final Actor SYSTEM = new Actor("system", "keyledger");
        public static final Actor UNAUTHENTICATED = new Actor("unauthenticated", "unknown");

        public static Actor user(OwnerId id) {
            return new Actor("user", id.value());
        }

        public static Actor apiKey(CredentialId id) {
            return new Actor("api_key", id.value());
        }
    }

    public EventType type() {
        return EventType.of(data);
    }

    /** The event in RFC 8785 canonical form. */
    public byte[] bytes() {
        Map<String, Object> members = new LinkedHashMap<>();
        Map<String, Object> dataMembers = RecordJson.toMap((Record) data);
        if (requestId != null) {
            dataMembers.put("requestId", requestId);
        }
        EventType type = type();
        members.put("authid", actor.id());
        members.put("authtype", actor.type());
        members.put("data", dataMembers);
        members.put("datacontenttype", CONTENT_TYPE);
        members.put("dataschema", type.dataSchema());
        members.put("id", id);
        members.put("partitionkey", partitionKey);
        members.put("prevhash", prevHash);
        members.put("recordedtime", RecordJson.time(recordedTime));
        members.put("sequence", digits(sequence));
        members.put("source", source);
        members.put("specversion", SPEC_VERSION);
        members.put("subject", subject);
        members.put("tenantid", tenant.value());
        members.put("time", RecordJson.time(time));
        members.put("type", type.wire());
        return CanonicalJson.bytes(members);
    }

    /**
     * Reads an event of a type that this version knows; members it does not know are ignored.
     *
     * @return null when the type is not known
     * @throws IllegalArgumentException when it is known and the bytes do not hold it
     */
    public static @Nullable CloudEvent read(byte[] bytes) {
        Map<String, Object> members = JsonReader.object(bytes);
        EventType type = EventType.ofWire(text(members, "type"));
        if (type == null) {
            return null;
        }
        if (!(members.get("data") instanceof Map<?, ?> raw)) {
            throw new IllegalArgumentException("data is missing");
        }
        Map<String, Object> dataMembers = new LinkedHashMap<>();
        raw.forEach((name, value) -> dataMembers.put((String) name, value));
        Event data = (Event) RecordJson.fromMap(type.record().asSubclass(Record.class), dataMembers);
        return new CloudEvent(
                text(members, "id"),
                text(members, "source"),
                Long.parseLong(text(members, "sequence")),
                text(members, "prevhash"),
                time(members, "time"),
                time(members, "recordedtime"),
                new TenantId(text(members, "tenantid")),
                text(members, "subject"),
                text(members, "partitionkey"),
                new Actor(text(members, "authtype"), text(members, "authid")),
                dataMembers.get("requestId") instanceof String requestId ? requestId : null,
                data);
    }

    /** The link from one event to the next of its source: hex SHA-256(0x00 || bytes), RFC 6962's leaf hash. */
    public static String hash(byte[] eventBytes) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((byte) 0);
            return HEX.formatHex(sha256.digest(eventBytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The Kafka headers that go with the bytes in CloudEvents' structured mode: {@code content-type}, and the {@code ce_}
     * attributes that let a consumer route without parsing.
     */
    public Map<String, byte[]> headers() {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put("content-type", ascii("application/cloudevents+json; charset=UTF-8"));
        headers.put("ce_id", ascii(id));
        headers.put("ce_source", ascii(source));
        headers.put("ce_specversion", ascii(SPEC_VERSION));
        headers.put("ce_type", ascii(type().wire()));
        headers.put("ce_time", ascii(RecordJson.time(time)));
        headers.put("ce_sequence", ascii(digits(sequence)));
        headers.put("ce_tenantid", ascii(tenant.value()));
        return headers;
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    /** Twenty ASCII digits, whatever the default locale writes numbers in. */
    private static String digits(long sequence) {
        String digits = Long.toString(sequence);
        return "0".repeat(SEQUENCE_DIGITS - digits.length()) + digits;
    }

    private static Instant time(Map<String, Object> members, String name) {
        try {
            return Instant.parse(text(members, name));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " is not a time", e);
        }
    }

    private static String text(Map<String, Object> members, String name) {
        if (members.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }
}
