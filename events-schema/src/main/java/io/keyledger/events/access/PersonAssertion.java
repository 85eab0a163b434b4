package io.keyledger.events.access;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * query-service's word, good for 30 seconds and for one request only, that a signed-in person asks for it: a compact JWS
 * (RFC 7515, EdDSA) in the header {@value #HEADER}. It says who asks, never what they may do: that is read where it is
 * decided. There is one form of each assertion, and what is not of that form is refused before its signature is looked at.
 *
 * @param person {@code usr_…}
 * @param session a hash of the session's id, for those who follow a trail
 * @param method upper case
 * @param target path and query string as they are sent
 * @param bodyHash base64url of SHA-256 of the body, of no bytes when there is none
 * @param ip the person's address
 * @param issuedAt whole seconds
 * @param id used once for a request that changes anything
 * @param authenticatedAt when the person has last proved who they are, whole seconds; null = not said
 */
public record PersonAssertion(
        OwnerId person,
        TenantId tenant,
        String session,
        String method,
        String target,
        String bodyHash,
        @Nullable String ip,
        String requestId,
        Instant issuedAt,
        String id,
        @Nullable Instant authenticatedAt) {

    /** The header that carries it, on the connection between the two services alone. */
    public static final String HEADER = "X-Keyledger-Person";

    /** How long it is good for. */
    public static final Duration LIFE = Duration.ofSeconds(30);

    /** How far apart the clocks of the two services may be. */
    public static final Duration LEEWAY = Duration.ofSeconds(5);

    private static final int MAX_LENGTH = 6000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:]{2,45}");
    private static final Pattern VERB = Pattern.compile("[A-Z]{3,10}");
    private static final Pattern TARGET = Pattern.compile("/[\\x21-\\x7e]{0,4000}");
    private static final Pattern HASH = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** The only header there is: no other algorithm, and none that the sender could choose. */
    private static final String PROTECTED = BASE64.encodeToString(
            "{\"alg\":\"EdDSA\",\"typ\":\"keyledger-person+jwt\"}".getBytes(StandardCharsets.US_ASCII));

    public PersonAssertion {
        require(person.value().startsWith("usr_"), "sub");
        require(NAME.matcher(session).matches(), "sid");
        require(VERB.matcher(method).matches(), "mth");
        require(TARGET.matcher(target).matches(), "pth");
        require(HASH.matcher(bodyHash).matches(), "bsh");
        require(ip == null || ADDRESS.matcher(ip).matches(), "ip");
        require(NAME.matcher(requestId).matches(), "rid");
        require(issuedAt.equals(issuedAt.truncatedTo(ChronoUnit.SECONDS)), "iat");
        require(NAME.matcher(id).matches(), "jti");
        require(
                authenticatedAt == null
                        || authenticatedAt.equals(authenticatedAt.truncatedTo(ChronoUnit.SECONDS))
                                && !authenticatedAt.isAfter(issuedAt),
                "auth_time");
    }

    /** Why an assertion is not believed; says nothing of what it held. */
    public static final class Disbelieved extends Exception {
        Disbelieved(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * One for a request that is about to be sent.
     *
     * @param target path and query string, raw
     */
    public static PersonAssertion of(
            OwnerId person,
            TenantId tenant,
            String session,
            String method,
            String target,
            byte[] body,
            @Nullable String ip,
            String requestId,
            Instant now) {
        return new PersonAssertion(
                person,
                tenant,
                session,
                method,
                target,
                hash(body),
                ip,
                requestId,
                now.truncatedTo(ChronoUnit.SECONDS),
                Ids.ulid(now),
                null);
    }

    /** The same, saying when the person has last proved who they are. */
    public PersonAssertion authenticated(Instant at) {
        Instant seconds = at.truncatedTo(ChronoUnit.SECONDS);
        return new PersonAssertion(
                person,
                tenant,
                session,
                method,
                target,
                bodyHash,
                ip,
                requestId,
                issuedAt,
                id,
                seconds.isAfter(issuedAt) ? issuedAt : seconds);
    }

    /** The compact JWS. */
    public String sign(PrivateKey key) {
        String signed = PROTECTED + "." + BASE64.encodeToString(CanonicalJson.bytes(claims()));
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with this key", e);
        }
    }

    /**
     * The assertion that {@code compact} holds, if it is signed, in time, and about this very request. That its
     * {@link #id} was not used before is for the caller to see to.
     *
     * @param target path and query string, raw
     * @throws Disbelieved when it is not to be believed
     */
    public static PersonAssertion verify(
            String compact, PublicKey key, String method, String target, byte[] body, Instant now) throws Disbelieved {
        PersonAssertion assertion = read(compact, key);
        if (!assertion.method.equals(method) || !assertion.target.equals(target)) {
            throw new Disbelieved("it is about another request");
        }
        if (!assertion.bodyHash.equals(hash(body))) {
            throw new Disbelieved("it is about another body");
        }
        if (now.isBefore(assertion.issuedAt.minus(LEEWAY))) {
            throw new Disbelieved("it was made later than now: compare the clocks of the services");
        }
        if (!now.isBefore(assertion.expiresAt().plus(LEEWAY))) {
            throw new Disbelieved("it is over");
        }
        return assertion;
    }

    /** Exclusive. */
    public Instant expiresAt() {
        return issuedAt.plus(LIFE);
    }

    private static PersonAssertion read(String compact, PublicKey key) throws Disbelieved {
        int first = compact.indexOf('.');
        int last = compact.lastIndexOf('.');
        if (compact.length() > MAX_LENGTH || first < 0 || last <= first || !compact.startsWith(PROTECTED + ".")) {
            throw new Disbelieved("it is not of the form");
        }
        byte[] payload = decode(compact.substring(first + 1, last));
        byte[] signature = decode(compact.substring(last + 1));
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(compact.substring(0, last).getBytes(StandardCharsets.US_ASCII));
            if (!check.verify(signature)) {
                throw new Disbelieved("it is signed by another key");
            }
        } catch (GeneralSecurityException e) {
            throw new Disbelieved("it is signed by another key");
        }
        try {
            Map<String, Object> members = JsonReader.object(payload);
            PersonAssertion assertion = new PersonAssertion(
                    new OwnerId(text(members, "sub")),
                    new TenantId(text(members, "tid")),
                    text(members, "sid"),
                    text(members, "mth"),
                    text(members, "pth"),
                    text(members, "bsh"),
                    members.containsKey("ip") ? text(members, "ip") : null,
                    text(members, "rid"),
                    Instant.ofEpochSecond(number(members, "iat")),
                    text(members, "jti"),
                    members.containsKey("auth_time") ? Instant.ofEpochSecond(number(members, "auth_time")) : null);
            // One form: no member that is not ours, no other order, no other end than 30 seconds later.
            if (!Arrays.equals(payload, CanonicalJson.bytes(assertion.claims()))) {
                throw new Disbelieved("it is not of the form");
            }
            return assertion;
        } catch (IllegalArgumentException | java.time.DateTimeException | ArithmeticException e) {
            throw new Disbelieved("it is not of the form");
        }
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new TreeMap<>();
        claims.put("sub", person.value());
        claims.put("tid", tenant.value());
        claims.put("sid", session);
        claims.put("mth", method);
        claims.put("pth", target);
        claims.put("bsh", bodyHash);
        if (ip != null) {
            claims.put("ip", ip);
        }
        claims.put("rid", requestId);
        claims.put("iat", issuedAt.getEpochSecond());
        claims.put("exp", expiresAt().getEpochSecond());
        claims.put("jti", id);
        if (authenticatedAt != null) {
            claims.put("auth_time", authenticatedAt.getEpochSecond());
        }
        return claims;
    }

    private static byte[] decode(String part) throws Disbelieved {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            // Java's decoder takes padding and stray last bits as well: more than one form.
            if (BASE64.encodeToString(bytes).equals(part)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as any other form.
        }
        throw new Disbelieved("it is not of the form");
    }

    private static String hash(byte[] body) {
        try {
            return BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String text(Map<String, Object> members, String name) {
        if (members.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }

    private static long number(Map<String, Object> members, String name) {
        if (members.get(name) instanceof Long n) {
            return n;
        }
        throw new IllegalArgumentException(name + " is missing");
    }

    private static void require(boolean holds, String claim) {
        if (!holds) {
            throw new IllegalArgumentException(claim + " is not of the form expected");
        }
    }
}
