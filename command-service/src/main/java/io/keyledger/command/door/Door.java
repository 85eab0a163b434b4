package io.keyledger.command.door;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.dispatch.Repeat;
import io.keyledger.command.door.Credentials.Found;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.PersonTable;
import io.keyledger.command.people.PersonTable.Asking;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Problems;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.Ids;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.PersonAssertion;
import io.keyledger.events.access.PersonAssertion.Disbelieved;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Verdict.Code;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The only way in. The connection's own certificate says which peer it is: query-service forwards the public API and is
 * believed about whom it forwards for; the operator may ask for a bootstrap key. Every request to the API is then judged
 * by the key that it carries, and the verdict is recorded before anything is answered.
 */
final class Door extends HttpFilter {
    static final String CALLER = "io.keyledger.caller";
    static final String BODY = "io.keyledger.body";

    private static final String API = "/api/v1/";
    private static final String USERS = "/api/v1/users";
    private static final String INTERNAL = "/internal/";
    private static final String FORWARDER = "query-service";
    private static final String OPERATOR = "operator";
    /** Set by query-service alone, when it was asked under the host name of one tenant. */
    private static final String HOST = "X-Keyledger-Host";

    /** Set by query-service alone; without it nobody vouches for an address. */
    private static final String CLIENT_IP = "X-Keyledger-Client-Ip";

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    /** Members of the API that the common table of routes does not know. */
    private static final Routes ROUTES = new Routes(List.of(new Routes.Rule("*", "/api/v1/barriers/**", "keys:read")));

    /** What query-service asks for itself, when people sign in and when it shows who they are. */
    private static final Set<String> FOR_FORWARDER = Set.of(
            "/internal/sign-in",
            "/internal/sign-in/oidc",
            "/internal/sign-out",
            "/internal/re-authenticate",
            "/internal/people");

    private static final Logger log = LoggerFactory.getLogger(Door.class);

    private final Credentials credentials;
    private final PersonTable people;
    private final PersonGate gate;
    private final @Nullable PublicKey assertionKey;
    private final UsedOnce assertions = new UsedOnce();
    private final SpooledUses uses;
    private final Clock clock;
    private final CommandConfig config;
    private final Countries countries;

    /**
     * @param assertionKey checks which person query-service speaks for; null = it speaks for nobody
     * @param countries tells where a client is, for keys that are bound to countries
     */
    Door(
            Credentials credentials,
            PersonTable people,
            PersonGate gate,
            @Nullable PublicKey assertionKey,
            SpooledUses uses,
            Clock clock,
            CommandConfig config,
            Countries countries) {
        this.credentials = credentials;
        this.people = people;
        this.gate = gate;
        this.assertionKey = assertionKey;
        this.uses = uses;
        this.clock = clock;
        this.config = config;
        this.countries = countries;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        String requestId = requestId(request);
        Problems.requestId(request, requestId);
        try (MDC.MDCCloseable _ = MDC.putCloseable("requestId", requestId)) {
            enter(request, requestId);
            chain.doFilter(request, response);
        } catch (ServletException e) {
            Problems.write(e.getCause() == null ? e : e.getCause(), request, response);
        } catch (RuntimeException e) {
            Problems.write(e, request, response);
        }
    }

    private void enter(HttpServletRequest request, String requestId) throws IOException {
        String peer = peer(request);
        String path = request.getRequestURI();
        if (path.startsWith(INTERNAL)) {
            if (!peer.equals(FOR_FORWARDER.contains(path) ? FORWARDER : OPERATOR)) {
                throw new Refused(new Refusal.PeerNotAllowed());
            }
            request.setAttribute(BODY, body(request));
        } else if (path.startsWith(API)) {
            if (!peer.equals(FORWARDER)) {
                throw new Refused(new Refusal.PeerNotAllowed());
            }
            byte[] body = body(request);
            request.setAttribute(BODY, body);
            List<String> words = Collections.list(request.getHeaders(PersonAssertion.HEADER));
            request.setAttribute(
                    CALLER,
                    words.isEmpty() ? judge(request, requestId, body) : person(request, requestId, body, words));
        } else {
            throw new Refused(new Refusal.NoSuchPath());
        }
    }

    private Caller judge(HttpServletRequest request, String requestId, byte[] body) {
        String path = request.getRequestURI();
        String permission = ROUTES.permission(request.getMethod(), path);
        Instant now = clock.instant();
        Asked asked = new Asked(
                now,
                permission,
                request.getMethod(),
                path,
                clientIp(request),
                request.getHeader("User-Agent"),
                requestId);
        Presented presented = Carriers.read(
                Collections.list(request.getHeaders(Carriers.AUTHORIZATION)),
                Collections.list(request.getHeaders(Carriers.X_API_KEY)),
                request.getQueryString());
        return switch (presented) {
            case Presented.Refused(Code code, String publicPart) -> throw refused(asked, code, null, publicPart);
            case Presented.Key(var key) -> {
                Found found = credentials.find(key);
                Registered registered = found.key();
                if (registered == null) {
                    throw refused(asked, found.code(), null, key.publicPart());
                }
                Code code = registered.servedAt(request.getHeader(HOST))
                        ? registered.judge(
                                new Ask(countries)
                                        .set(permission, request.getMethod(), path, request.getHeader(CLIENT_IP)),
                                now)
                        : Code.WRONG_HOST;
                if (code != Code.ACCEPTED) {
                    throw refused(asked, code, registered, key.publicPart());
                }
                Grants grants = registered.grants();
                if (grants != null) {
                    throughGate(asked, registered.tenant(), registered.owner(), grants);
                }
                if (!uses.used(asked, registered)) {
                    throw new Refused(new Refusal.SpoolFull());
                }
                yield new Caller(
                        Actor.apiKey(registered.credentialId()),
                        registered.tenant(),
                        registered.owner(),
                        registered.policy(),
                        grants,
                        requestId,
                        repeat(request, registered.keyId().value(), body),
                        null,
                        registered.usage());
            }
        };
    }

    /** The person for whom query-service asks. Who they are is its word; what they may do is read here. */
    private Caller person(HttpServletRequest request, String requestId, byte[] body, List<String> words) {
        String path = request.getRequestURI();
        String query = request.getQueryString();
        Instant now = clock.instant();
        Asked asked = new Asked(
                now,
                PersonRoutes.wire(request.getMethod(), path),
                request.getMethod(),
                path,
                clientIp(request),
                request.getHeader("User-Agent"),
                requestId);
        boolean withKey =
                request.getHeader(Carriers.AUTHORIZATION) != null || request.getHeader(Carriers.X_API_KEY) != null;
        PersonAssertion said;
        try {
            if (assertionKey == null || words.size() != 1 || withKey) {
                throw new Refused(new Refusal.Unauthorized());
            }
            String target = query == null ? path : path + "?" + query;
            said = PersonAssertion.verify(words.getFirst(), assertionKey, request.getMethod(), target, body, now);
            Instant end = said.expiresAt().plus(PersonAssertion.LEEWAY);
            if (!READS.contains(request.getMethod()) && !assertions.first(said.id(), end, now)) {
                throw new Refused(new Refusal.Unauthorized());
            }
        } catch (Disbelieved | Refused e) {
            log.warn("request {}: a word for a person is not believed: {}", requestId, e.getMessage());
            uses.refused(asked, Code.ASSERTION, TenantId.SYSTEM);
            throw new Refused(new Refusal.Unauthorized());
        }
        Asking asking = people.asking(said.tenant(), said.person()).orElse(null);
        if (asking == null || !asking.account().enabled(now)) {
            uses.refused(asked, asking == null ? Code.UNKNOWN : Code.DISABLED, said.tenant());
            throw new Refused(new Refusal.Unauthorized());
        }
        Grants grants = Grants.of(asking.account().roles(), asking.policy().roles());
        throughGate(asked, said.tenant(), said.person(), grants);
        // What only the body or the key's state tells is a refusal all the same.
        Problems.whenDenied(request, () -> uses.refused(asked, Code.FORBIDDEN, said.tenant()));
        return new Caller(
                Actor.user(said.person()),
                said.tenant(),
                said.person(),
                asking.policy(),
                grants,
                requestId,
                repeat(request, said.person().value(), body),
                said.authenticatedAt());
    }

    private void throughGate(Asked asked, TenantId tenant, OwnerId person, Grants grants) {
        try {
            gate.check(asked.method(), asked.path(), tenant, person, grants);
        } catch (Refused e) {
            if (e.refusal() instanceof Refusal.NotPermitted) {
                uses.refused(asked, Code.FORBIDDEN, tenant);
            }
            throw e;
        }
    }

    private Refused refused(Asked asked, Code code, @Nullable Registered key, @Nullable String presented) {
        uses.refused(asked, code, key, presented);
        return new Refused(
                switch (code) {
                    case FORBIDDEN -> new Refusal.Forbidden(String.valueOf(asked.permission()));
                    case PERMISSION_NOT_ALLOWED,
                            ROUTE_NOT_ALLOWED,
                            ADDRESS_NOT_ALLOWED,
                            COUNTRY_NOT_ALLOWED,
                            OUTSIDE_HOURS -> new Refusal.OutsidePolicy();
                    default -> new Refusal.Unauthorized();
                });
    }

    private static @Nullable Repeat repeat(HttpServletRequest request, String caller, byte[] body) {
        String header = request.getHeader("Idempotency-Key");
        if (header == null || READS.contains(request.getMethod())) {
            return null;
        }
        if (!IDEMPOTENCY_KEY.matcher(header).matches()) {
            throw new Refused(new Refusal.InvalidValue("Idempotency-Key", "1 to 200 visible ASCII characters"));
        }
        String path = request.getRequestURI();
        // A password is short enough to be guessed from a hash: the mark of such a request leaves it out.
        byte[] marked = path.startsWith(USERS) ? Body.without(body, "password") : body;
        return Repeat.of(caller, header, request.getMethod(), path, marked);
    }

    /** The whole body: it is short, or refused. */
    private byte[] body(HttpServletRequest request) throws IOException {
        int max = config.maxBody();
        if (request.getContentLengthLong() > max) {
            throw new Refused(new Refusal.BodyTooLarge(max));
        }
        byte[] body = request.getInputStream().readNBytes(max + 1);
        if (body.length > max) {
            throw new Refused(new Refusal.BodyTooLarge(max));
        }
        if (body.length > 0 && !isJson(request.getContentType())) {
            throw new Refused(new Refusal.UnsupportedMediaType());
        }
        return body;
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().equalsIgnoreCase("application/json");
    }

    private static @Nullable String clientIp(HttpServletRequest request) {
        String forwarded = request.getHeader(CLIENT_IP);
        return forwarded == null ? request.getRemoteAddr() : forwarded;
    }

    private String requestId(HttpServletRequest request) {
        String given = peer(request).equals(FORWARDER) ? request.getHeader("X-Keyledger-Request-Id") : null;
        return given != null && REQUEST_ID.matcher(given).matches() ? given : "req_" + Ids.ulid(clock.instant());
    }

    /** The common name in the certificate that the peer has proved to hold; empty when it has none. */
    private static String peer(HttpServletRequest request) {
        if (!(request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain) || chain.length == 0) {
            return "";
        }
        try {
            for (Rdn part : new LdapName(chain[0].getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue());
                }
            }
        } catch (InvalidNameException _) {
            // No name that means anything here.
        }
        return "";
    }
}
