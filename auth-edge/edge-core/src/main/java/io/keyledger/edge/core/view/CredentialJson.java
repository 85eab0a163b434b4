package io.keyledger.edge.core.view;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the one form in which almost every record of a credential comes: canonical JSON (RFC 8785) of the members that we
 * know, in ASCII, without an escape and without a policy. That is a walk over the bytes; a general reader takes several
 * times as long, and a start reads millions. Of anything else it says nothing, and the general reader has the word: so what
 * can be read, and what is an error, is decided in one place. For one thread.
 */
final class CredentialJson {
    /** So many tenants and owners are remembered: most records name one that was named before. */
    private static final int REMEMBERED = 1 << 16;

    private static final State[] ALL_STATES = State.values();
    private static final KeyKind[] ALL_KINDS = KeyKind.values();
    private static final Scope[] ALL_SCOPES = Scope.values();
    private static final byte[][] STATES = wires(ALL_STATES);
    private static final byte[][] KINDS = wires(ALL_KINDS);
    private static final byte[][] SCOPES = wires(ALL_SCOPES);
    private static final int TIME_LENGTH = "2026-01-01T00:00:00.000000Z".length();
    private static final int LONGEST_NUMBER = 15;

    private static final byte[] CREDENTIAL_ID = ascii("{\"credentialId\":\"");
    private static final byte[] EXPIRES_AT = ascii(",\"expiresAt\":\"");
    private static final byte[] KEY_ID = ascii(",\"keyId\":\"");
    private static final byte[] KEY_NAME = ascii(",\"keyName\":\"");
    private static final byte[] KIND = ascii(",\"kind\":\"");
    private static final byte[] NOT_AFTER = ascii(",\"notAfter\":\"");
    private static final byte[] OWNER = ascii(",\"owner\":\"");
    private static final byte[] PEPPER = ascii(",\"pepper\":\"");
    private static final byte[] REVISION = ascii(",\"revision\":");
    private static final byte[] SCOPE = ascii(",\"scope\":\"");
    private static final byte[] STATE = ascii(",\"state\":\"");
    private static final byte[] STRICT_TRUE = ascii(",\"strict\":true");
    private static final byte[] STRICT_FALSE = ascii(",\"strict\":false");
    private static final byte[] TENANT = ascii(",\"tenant\":\"");
    private static final byte[] VERIFIER = ascii(",\"verifier\":\"");

    private final Map<String, TenantId> tenants = new HashMap<>();
    private final Map<String, OwnerId> owners = new HashMap<>();
    private final Map<String, String> peppers = new HashMap<>();

    private byte[] json = new byte[0];
    private int at;

    /** It is not of the form that is read here. */
    private static final class Other extends RuntimeException {
        private static final long serialVersionUID = 1;

        Other() {
            super(null, null, false, false);
        }
    }

    /** The record, or null when the general reader has to look. */
    @Nullable
    CredentialRecord read(byte[] bytes) {
        json = bytes;
        at = 0;
        try {
            return record();
        } catch (Other | IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    private CredentialRecord record() {
        expect(CREDENTIAL_ID);
        CredentialId credentialId = new CredentialId(text());
        Instant expiresAt = skip(EXPIRES_AT) ? time() : null;
        expect(KEY_ID);
        KeyId keyId = new KeyId(text());
        expect(KEY_NAME);
        String keyName = text();
        expect(KIND);
        KeyKind kind = ALL_KINDS[oneOf(KINDS)];
        Instant notAfter = skip(NOT_AFTER) ? time() : null;
        expect(OWNER);
        OwnerId owner = remembered(owners, text(), OwnerId::new);
        expect(PEPPER);
        String pepper = remembered(peppers, text(), text -> text);
        expect(REVISION);
        long revision = number();
        expect(SCOPE);
        Scope scope = ALL_SCOPES[oneOf(SCOPES)];
        expect(STATE);
        State state = ALL_STATES[oneOf(STATES)];
        boolean strict = skip(STRICT_TRUE);
        if (!strict) {
            expect(STRICT_FALSE);
        }
        expect(TENANT);
        TenantId tenant = remembered(tenants, text(), TenantId::new);
        expect(VERIFIER);
        String verifier = text();
        if (at != json.length - 1 || json[at] != '}') {
            throw new Other();
        }
        return new CredentialRecord(
                credentialId,
                keyId,
                tenant,
                revision,
                state,
                kind,
                scope,
                owner,
                keyName,
                strict,
                notAfter,
                expiresAt,
                pepper,
                verifier);
    }

    private static <T> T remembered(Map<String, T> known, String text, Function<String, T> make) {
        T there = known.get(text);
        if (there == null) {
            there = make.apply(text);
            if (known.size() < REMEMBERED) {
                known.put(text, there);
            }
        }
        return there;
    }

    private void expect(byte[] literal) {
        if (!skip(literal)) {
            throw new Other();
        }
    }

    private boolean skip(byte[] literal) {
        if (!isNext(literal)) {
            return false;
        }
        at += literal.length;
        return true;
    }

    private boolean isNext(byte[] literal) {
        if (json.length - at < literal.length) {
            return false;
        }
        for (int i = 0; i < literal.length; i++) {
            if (json[at + i] != literal[i]) {
                return false;
            }
        }
        return true;
    }

    /** The string that has begun, and its quotation mark. */
    @SuppressWarnings("deprecation") // all of it is ASCII: no decoder is needed
    private String text() {
        int from = at;
        int end = end();
        at = end + 1;
        return new String(json, 0, from, end - from);
    }

    private int end() {
        for (int i = at; i < json.length; i++) {
            byte b = json[i];
            if (b == '"') {
                return i;
            }
            // Control characters are an error, bytes of other characters and escapes have to be decoded.
            if (b < ' ' || b == '\\') {
                break;
            }
        }
        throw new Other();
    }

    private int oneOf(byte[][] words) {
        for (int i = 0; i < words.length; i++) {
            if (skip(words[i])) {
                return i;
            }
        }
        throw new Other();
    }

    private long number() {
        int from = at;
        long number = 0;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            number = number * 10 + json[at++] - '0';
            if (at - from > LONGEST_NUMBER) {
                throw new Other();
            }
        }
        if (at == from || json[from] == '0' && at > from + 1) {
            throw new Other();
        }
        return number;
    }

    /** As {@link RecordJson#time} writes it. */
    private Instant time() {
        int from = at;
        if (end() - from != TIME_LENGTH
                || json[from + 4] != '-'
                || json[from + 7] != '-'
                || json[from + 10] != 'T'
                || json[from + 13] != ':'
                || json[from + 16] != ':'
                || json[from + 19] != '.'
                || json[from + 26] != 'Z') {
            throw new Other();
        }
        at = from + TIME_LENGTH + 1;
        int hour = digits(from + 11, 2);
        int minute = digits(from + 14, 2);
        int second = digits(from + 17, 2);
        if (hour > 23 || minute > 59 || second > 59) {
            throw new Other();
        }
        long day = LocalDate.of(digits(from, 4), digits(from + 5, 2), digits(from + 8, 2))
                .toEpochDay();
        return Instant.ofEpochSecond(((day * 24 + hour) * 60 + minute) * 60 + second, digits(from + 20, 6) * 1_000L);
    }

    private int digits(int from, int count) {
        int number = 0;
        for (int i = from; i < from + count; i++) {
            if (json[i] < '0' || json[i] > '9') {
                throw new Other();
            }
            number = number * 10 + json[i] - '0';
        }
        return number;
    }

    /** With their quotation mark, so that none is the beginning of another. */
    private static byte[][] wires(Enum<?>[] all) {
        byte[][] words = new byte[all.length][];
        for (int i = 0; i < all.length; i++) {
            words[i] = ascii(RecordJson.wire(all[i]) + "\"");
        }
        return words;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
