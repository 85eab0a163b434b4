package io.keyledger.query.console.signin;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.query.console.access.ConsoleConfig.Oidc;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.console.signin.ProviderPage.Journey;
import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Refused;
import io.keyledger.query.web.ServedHost;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;

/** Back from an identity provider, with its word or without. */
public final class ProviderReturn implements AuthenticationSuccessHandler, AuthenticationFailureHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderReturn.class);
    /** How old the provider's own sign-in may be when it was asked for a new one: its clock is not ours. */
    private static final Duration JUST_NOW = Duration.ofMinutes(5);

    private final Providers providers;
    private final IdentityClient identity;
    private final Sessions sessions;
    private final Arrival arrival;
    private final Pages pages;
    private final InstantSource clock;

    public ProviderReturn(
            Providers providers,
            IdentityClient identity,
            Sessions sessions,
            Arrival arrival,
            Pages pages,
            InstantSource clock) {
        this.providers = providers;
        this.identity = identity;
        this.sessions = sessions;
        this.arrival = arrival;
        this.pages = pages;
        this.clock = clock;
    }

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication authentication)
            throws IOException {
        try {
            if (authentication instanceof OAuth2AuthenticationToken token
                    && token.getPrincipal() instanceof OidcUser user) {
                arrive(request, response, token.getAuthorizedClientRegistrationId(), user);
            } else {
                refuse(request, response, "The provider did not answer as an OpenID provider does.");
            }
        } catch (Refused e) {
            pages.refuse(request, response, e.refusal());
        }
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException e) throws IOException {
        LOG.info("a sign-in with an identity provider failed: {}", e.toString());
        refuse(request, response, "The provider did not confirm who you are. Try again, or ask a tenant admin.");
    }

    private void arrive(HttpServletRequest request, HttpServletResponse response, String name, OidcUser user)
            throws IOException {
        Oidc provider = providers.configuration(name);
        Journey journey = journey(request);
        String subject = user.getSubject();
        if (provider == null
                || journey == null
                || subject == null
                || !ServedHost.of(request).serves(new TenantId(provider.tenant()))) {
            refuse(request, response, "Too much time has passed. Begin again.");
            return;
        }
        if (journey.again() && !isJustNow(user)) {
            refuse(request, response, "The provider did not ask you anew who you are, so this does not count.");
            return;
        }
        CommandAnswer answer = identity.signInWithProvider(
                provider.tenant(),
                provider.issuer(),
                subject,
                user.getEmail(),
                user.getFullName() == null ? user.getPreferredUsername() : user.getFullName(),
                Sessions.origin(request));
        if (!answer.ok()) {
            refuse(
                    request,
                    response,
                    answer.status() == HttpServletResponse.SC_UNAUTHORIZED
                            ? "The provider knows you, but there is no account of yours here, or it is disabled. Ask a tenant admin."
                            : answer.detail());
            return;
        }
        String userId = answer.text("userId");
        if (journey.again()) {
            Person person = sessions.person(request);
            if (person == null || !person.isMe(userId)) {
                refuse(request, response, "The provider confirmed somebody else. Sign in again.");
                return;
            }
            sessions.proven(request);
        } else {
            arrival.await(new OwnerId(userId), new TenantId(provider.tenant()));
            sessions.begin(request, userId, provider.tenant(), answer.text("displayName"), "oidc:" + name);
        }
        seeOther(response, journey.next());
    }

    private boolean isJustNow(OidcUser user) {
        Instant authenticatedAt = user.getAuthenticatedAt();
        return authenticatedAt != null
                && Duration.between(authenticatedAt, clock.instant()).compareTo(JUST_NOW) <= 0;
    }

    private static @Nullable Journey journey(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(Journey.ATTRIBUTE) instanceof Journey journey)) {
            return null;
        }
        session.removeAttribute(Journey.ATTRIBUTE);
        return journey;
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, String why) {
        Flash.danger(request, "You are not signed in.", why);
        seeOther(response, "/sign-in");
    }

    private static void seeOther(HttpServletResponse response, String target) {
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", target);
    }
}
