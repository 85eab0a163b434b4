package io.keyledger.query.console.signin;

import io.keyledger.events.TenantId;
import io.keyledger.query.console.access.ConsoleConfig.Oidc;
import io.keyledger.query.console.access.ForEverybody;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import io.keyledger.query.web.ServedHost;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizationRequestRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /sign-in/with/{provider}}: off to an identity provider. The way back is {@link ProviderReturn}. */
@Controller
class ProviderPage {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderPage.class);

    private final Providers providers;
    private final DefaultOAuth2AuthorizationRequestResolver resolver;
    private final HttpSessionOAuth2AuthorizationRequestRepository requests =
            new HttpSessionOAuth2AuthorizationRequestRepository();

    ProviderPage(Providers providers) {
        this.providers = providers;
        this.resolver = new DefaultOAuth2AuthorizationRequestResolver(providers, "/sign-in/with");
        this.resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    }

    /**
     * What a journey to a provider is for.
     *
     * @param again whether a signed-in person proves once more who they are
     */
    record Journey(String next, boolean again) implements Serializable {
        static final String ATTRIBUTE = "journey";
    }

    @ForEverybody
    @GetMapping("/sign-in/with/{provider}")
    String leave(
            HttpServletRequest request,
            HttpServletResponse response,
            @PathVariable("provider") String provider,
            @RequestParam(name = "next", required = false) @Nullable String next,
            @RequestParam(name = "again", required = false) @Nullable String again) {
        Oidc configured = providers.configuration(provider);
        if (configured == null || !ServedHost.of(request).serves(new TenantId(configured.tenant()))) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        OAuth2AuthorizationRequest journey;
        try {
            journey = resolver.resolve(request, provider);
        } catch (RuntimeException e) {
            LOG.warn("identity provider {} does not answer: {}", provider, e.toString());
            Flash.danger(
                    request,
                    "The identity provider does not answer.",
                    "Try again in a minute, or sign in with a password.");
            return "redirect:/sign-in";
        }
        if (journey == null) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        boolean once = again != null;
        if (once) {
            journey = OAuth2AuthorizationRequest.from(journey)
                    .additionalParameters(parameters -> parameters.putAll(Map.of("prompt", "login", "max_age", "0")))
                    .build();
        }
        requests.saveAuthorizationRequest(journey, request, response);
        request.getSession(true).setAttribute(Journey.ATTRIBUTE, new Journey(Next.of(next), once));
        return "redirect:" + journey.getAuthorizationRequestUri();
    }
}
