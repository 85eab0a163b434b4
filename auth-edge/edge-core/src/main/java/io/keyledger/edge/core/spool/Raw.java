package io.keyledger.edge.core.spool;

import io.keyledger.events.ActivityEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The raw records: what a request thread writes, in a form that costs little. Read by the program that wrote it or a later
 * one; a new form takes a new type byte.
 */
final class Raw {
    static final byte USE = 1;
    static final byte REFUSAL = 2;
    static final byte TALLY = 3;
    static final byte STARTED = 4;
    static final byte STOPPED = 5;

    /** A use that may share its event with others of its round. */
    static final byte COUNTED = 6;

    /** A tally begins with its count and the time of its last refusal, both changed in place. */
    static final int TALLY_COUNT = 0;

    static final int TALLY_LAST = Long.BYTES;
    static final int TALLY_MUTABLE = 2 * Long.BYTES;

    private static final int LANE_AT = 1;
    private static final int SEQUENCE_AT = 2;
    private static final int ROUND_AT = SEQUENCE_AT + Long.BYTES;
    private static final int COUNTED_TIME_AT = ROUND_AT + Long.BYTES;
    private static final int COUNTED_BODY_AT = COUNTED_TIME_AT + Long.BYTES;
    private static final int MAX_BYTES = 32 * 1024;
    private static final ThreadLocal<byte[]> DRAFT = ThreadLocal.withInitial(() -> new byte[MAX_BYTES]);
    private static final int MAX_NAME = 200;
    private static final int MAX_METHOD = 32;
    private static final int MAX_PATH = 2048;
    private static final int MAX_IP = 64;
    private static final int MAX_TEXT = 512;

    private Raw() {}

    /** A use without lane and sequence; {@link #number} sets these. */
    static byte[] of(Use use) {
        return bytes(write(use));
    }

    /** A record in the calling thread's own bytes, good until its next one. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Draft(byte[] bytes, int length) {
        void number(int lane, long sequence) {
            Raw.number(bytes, lane, sequence);
        }
    }

    /** The same as {@link #of(Use)}, not copied. */
    static Draft draft(Use use) {
        ByteBuffer out = write(use);
        return new Draft(DRAFT.get(), out.position());
    }

    private static ByteBuffer write(Use use) {
        ByteBuffer out = empty();
        out.put(USE).put((byte) 0).putLong(0);
        putTime(out, use.time());
        putUse(out, use);
        putText(out, Clean.text(use.requestId(), MAX_NAME));
        return out;
    }

    private static ByteBuffer empty() {
        return ByteBuffer.wrap(DRAFT.get());
    }

    static void number(byte[] use, int lane, long sequence) {
        use[LANE_AT] = (byte) lane;
        ByteBuffer.wrap(use).putLong(SEQUENCE_AT, sequence);
    }

    /** A use that is to be counted, and what it has in common with those that share its event. */
    record Counted(Round.Alike alike) {
        /** The raw record, without lane, sequence and round; {@link #number} sets these. */
        byte[] bytes() {
            return alike.raw();
        }

        void number(int lane, long sequence, long round) {
            Raw.number(bytes(), lane, sequence);
            ByteBuffer.wrap(bytes()).putLong(ROUND_AT, round);
        }
    }

    static Counted counted(Use use) {
        ByteBuffer out = empty();
        out.put(COUNTED).put((byte) 0).putLong(0).putLong(0);
        putTime(out, use.time());
        putUse(out, use);
        int end = out.position();
        putText(out, Clean.text(use.requestId(), MAX_NAME));
        return new Counted(new Round.Alike(use.time().getEpochSecond(), bytes(out), COUNTED_BODY_AT, end));
    }

    /** The round of a counted use. */
    static long round(byte[] counted) {
        return ByteBuffer.wrap(counted).getLong(ROUND_AT);
    }

    /** The event of its round that a counted use is in. */
    static Place place(byte[] counted) {
        return new Place(counted[LANE_AT], ByteBuffer.wrap(counted).getLong(SEQUENCE_AT));
    }

    static Instant countedTime(byte[] counted) {
        return time(ByteBuffer.wrap(counted).position(COUNTED_TIME_AT));
    }

    /** Where in a chain an event stands. */
    record Place(int lane, long sequence) {}

    static byte[] of(Refusal refusal) {
        ByteBuffer out = empty();
        out.put(REFUSAL);
        putRefusal(out, refusal);
        return bytes(out);
    }

    /** The first of refusals that are only counted from here on. */
    static byte[] tally(Refusal first) {
        ByteBuffer out = empty();
        out.putLong(1).putLong(micros(first.time()));
        out.put(TALLY);
        putRefusal(out, first);
        return bytes(out);
    }

    /** @param lost uses that were not written down, so far */
    static byte[] started(Instant time, String version, long lost) {
        ByteBuffer out = empty();
        out.put(STARTED);
        putTime(out, time);
        putText(out, Clean.text(version, MAX_NAME));
        out.putLong(lost);
        return bytes(out);
    }

    /** @param lost uses that were not written down, so far */
    static byte[] stopped(Instant time, long lost) {
        ByteBuffer out = empty();
        out.put(STOPPED);
        putTime(out, time);
        out.putLong(lost);
        return bytes(out);
    }

    /** What became of a raw record, or of several that share an event, before it has its place in a chain. */
    record Fact(
            TenantId tenant,
            Instant time,
            @Nullable CredentialId actor,
            @Nullable KeyId subject,
            @Nullable String requestId,
            ActivityEvent event,
            int lane,
            long sequence) {

        /** The fact of {@code count} uses that are like this one; it has no request id, for each had its own. */
        Fact times(long count, Instant first, Instant last) {
            if (count == 1 || !(event instanceof ActivityEvent.KeyUsed use)) {
                return this;
            }
            ActivityEvent all = new ActivityEvent.KeyUsed(
                    use.keyId(),
                    use.credentialId(),
                    use.keyName(),
                    use.scope(),
                    use.permission(),
                    use.method(),
                    use.path(),
                    use.ip(),
                    use.userAgent(),
                    use.edge(),
                    count,
                    first,
                    last);
            return new Fact(tenant, last, actor, subject, null, all, lane, sequence);
        }
    }

    /** The fact in a raw record; of a counted use, as if it were alone. */
    static Fact fact(byte[] payload, String edge, String boot) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        return switch (in.get()) {
            case USE -> use(in, edge, false);
            case COUNTED -> use(in, edge, true);
            case REFUSAL -> refusal(in, edge, 1, null);
            case STARTED -> {
                Instant time = time(in);
                String version = required(in);
                yield edge(time, new ActivityEvent.EdgeStarted(edge, boot, version, lost(in)));
            }
            case STOPPED -> {
                Instant time = time(in);
                yield edge(time, new ActivityEvent.EdgeStopped(edge, boot, lost(in)));
            }
            default -> throw new IllegalArgumentException("unknown type of raw record");
        };
    }

    /** The fact in a tally. */
    static Fact tallied(byte[] payload, String edge) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        long count = in.getLong();
        Instant last = time(in);
        if (in.get() != TALLY) {
            throw new IllegalArgumentException("not a tally");
        }
        return refusal(in, edge, count, last);
    }

    /** Null when there are none; records of earlier programs do not say. */
    private static @Nullable Long lost(ByteBuffer in) {
        long lost = in.remaining() < Long.BYTES ? 0 : in.getLong();
        return lost == 0 ? null : (Long) lost;
    }

    private static Fact use(ByteBuffer in, String edge, boolean counted) {
        int lane = in.get();
        long sequence = in.getLong();
        if (counted) {
            in.position(COUNTED_TIME_AT);
        }
        Instant time = time(in);
        TenantId tenant = new TenantId(required(in));
        KeyId key = new KeyId(required(in));
        CredentialId credential = new CredentialId(required(in));
        String name = required(in);
        Scope scope = Scope.ofWire(required(in));
        if (scope == null) {
            throw new IllegalArgumentException("unknown scope in a raw record");
        }
        String permission = text(in);
        String method = text(in);
        String path = text(in);
        String ip = text(in);
        String userAgent = text(in);
        String requestId = text(in);
        ActivityEvent event = new ActivityEvent.KeyUsed(
                key, credential, name, scope, permission, method, path, ip, userAgent, edge, 1, time, time);
        return new Fact(tenant, time, credential, key, requestId, event, lane, sequence);
    }

    private static Fact refusal(ByteBuffer in, String edge, long count, @Nullable Instant last) {
        Instant first = time(in);
        String reason = required(in);
        TenantId tenant = new TenantId(required(in));
        String keyText = text(in);
        KeyId key = keyText == null ? null : new KeyId(keyText);
        String credentialText = text(in);
        CredentialId credential = credentialText == null ? null : new CredentialId(credentialText);
        String name = text(in);
        String presented = text(in);
        String permission = text(in);
        String method = text(in);
        String path = text(in);
        String ip = text(in);
        String userAgent = text(in);
        String requestId = text(in);
        Instant end = last == null ? first : last;
        ActivityEvent event = new ActivityEvent.AuthFailed(
                reason,
                key,
                credential,
                name,
                presented,
                permission,
                method,
                path,
                ip,
                userAgent,
                edge,
                count,
                first,
                end);
        return new Fact(tenant, end, credential, key, requestId, event, -1, 0);
    }

    private static Fact edge(Instant time, ActivityEvent event) {
        return new Fact(TenantId.SYSTEM, time, null, null, null, event, -1, 0);
    }

    private static void putRefusal(ByteBuffer out, Refusal refusal) {
        putTime(out, refusal.time());
        putText(out, refusal.reason().wire());
        putText(out, refusal.tenant().value());
        putText(out, refusal.keyId() == null ? null : refusal.keyId().value());
        putText(
                out,
                refusal.credentialId() == null ? null : refusal.credentialId().value());
        putText(out, Clean.text(refusal.keyName(), MAX_NAME));
        putText(out, Clean.text(refusal.presented(), MAX_IP));
        putRequest(out, refusal.permission(), refusal.method(), refusal.path(), refusal.ip(), refusal.userAgent());
        putText(out, Clean.text(refusal.requestId(), MAX_NAME));
    }

    private static void putUse(ByteBuffer out, Use use) {
        putText(out, use.tenant().value());
        putText(out, use.keyId().value());
        putText(out, use.credentialId().value());
        putText(out, Clean.text(use.keyName(), MAX_NAME));
        putText(out, use.scope().wire());
        putRequest(out, use.permission(), use.method(), use.path(), use.ip(), use.userAgent());
    }

    private static void putRequest(
            ByteBuffer out,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            @Nullable String userAgent) {
        putText(out, Clean.text(permission, MAX_NAME));
        putText(out, Clean.text(method, MAX_METHOD));
        putText(out, Clean.path(path, MAX_PATH));
        putText(out, Clean.text(ip, MAX_IP));
        putText(out, Clean.text(userAgent, MAX_TEXT));
    }

    private static byte[] bytes(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static void putTime(ByteBuffer out, Instant time) {
        out.putLong(micros(time));
    }

    private static Instant time(ByteBuffer in) {
        return Instant.EPOCH.plus(in.getLong(), ChronoUnit.MICROS);
    }

    @SuppressWarnings("deprecation") // the only way to get at a string's characters without a copy; it cuts to 8 bits
    private static void putText(ByteBuffer out, @Nullable String text) {
        if (text == null) {
            out.putShort((short) -1);
        } else if (isAscii(text)) {
            int length = text.length();
            out.putShort((short) length);
            text.getBytes(0, length, DRAFT.get(), out.position());
            out.position(out.position() + length);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.putShort((short) bytes.length).put(bytes);
        }
    }

    private static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all < 0x80;
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getShort();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String required(ByteBuffer in) {
        String text = text(in);
        if (text == null) {
            throw new IllegalArgumentException("a raw record lacks a text");
        }
        return text;
    }
}
