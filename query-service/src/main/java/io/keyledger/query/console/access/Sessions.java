package io.keyledger.query.console.access;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.query.console.access.LivePeople.Standing;
import io.keyledger.query.console.access.Person.Origin;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.ServedHost;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;

/** Begins, looks at and ends what people are signed in by. Safe from any thread. */
public final class Sessions {
    private static final String LOGIN = "login";

    private final ConsoleConfig config;
    private final LivePeople people;
    private final FindByIndexNameSessionRepository<? extends Session> store;
    private final InstantSource clock;

    public Sessions(
            ConsoleConfig config,
            LivePeople people,
            FindByIndexNameSessionRepository<? extends Session> store,
            InstantSource clock) {
        this.config = config;
        this.people = people;
        this.store = store;
        this.clock = clock;
    }

    /** Who a request comes from. */
    public static Origin origin(HttpServletRequest request) {
        String requestId = Answers.requestId(request);
        return new Origin(
                request.getRemoteAddr(),
                request.getHeader("User-Agent"),
                requestId == null ? "req_unknown" : requestId);
    }

    /** Signs a person in, in a session of its own: one that somebody else may have planted before is ended. */
    public void begin(HttpServletRequest request, String userId, String tenant, String displayName, String method) {
        end(request);
        HttpSession session = request.getSession(true);
        Instant now = clock.instant();
        session.setMaxInactiveInterval(Math.toIntExact(config.idle().toSeconds()));
        session.setAttribute(LOGIN, new Login(userId, tenant, displayName, method, now, now));
        session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, userId);
    }

    /** Notes that the person has just proved again who they are. */
    public void proven(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        Login login = session == null ? null : login(session);
        if (session != null && login != null) {
            String unused = request.changeSessionId();
            session.setAttribute(LOGIN, login.provenAt(clock.instant()));
        }
    }

    /** Ends the session of this request, if there is one. */
    public void end(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    /** Ends all other sessions of a person: after a new password nobody stays signed in by the old one. */
    public void endOthers(HttpServletRequest request, OwnerId user) {
        HttpSession own = request.getSession(false);
        for (String id : store.findByPrincipalName(user.value()).keySet()) {
            if (own == null || !id.equals(own.getId())) {
                store.deleteById(id);
            }
        }
    }

    /** Whether the person has proved only lately who they are. */
    public boolean isFresh(Person person) {
        return Duration.between(person.authenticatedAt(), clock.instant()).compareTo(config.fresh()) < 0;
    }

    /**
     * Who is signed in; null for nobody. A session that is over, or whose person may not any more, ends here.
     *
     * @throws io.keyledger.query.web.Refused when it cannot be known now
     */
    public @Nullable Person person(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        Login login = session == null ? null : login(session);
        if (session == null || login == null) {
            return null;
        }
        Instant now = clock.instant();
        if (Duration.between(login.signedInAt(), now).compareTo(config.absolute()) >= 0) {
            session.invalidate();
            return null;
        }
        OwnerId user = new OwnerId(login.userId());
        TenantId tenant = new TenantId(login.tenant());
        if (!ServedHost.of(request).serves(tenant)) {
            // Somebody has carried the cookie here: a browser keeps it to the host that it came from. It stays good
            // there.
            return null;
        }
        Standing standing = people.of(user, tenant);
        if (standing == null) {
            session.invalidate();
            return null;
        }
        return new Person(
                user,
                tenant,
                login.displayName(),
                standing.roles(),
                standing.grants(),
                login.method(),
                login.authenticatedAt(),
                hash(session.getId()),
                origin(request));
    }

    private static @Nullable Login login(HttpSession session) {
        return session.getAttribute(LOGIN) instanceof Login login ? login : null;
    }

    private static String hash(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
