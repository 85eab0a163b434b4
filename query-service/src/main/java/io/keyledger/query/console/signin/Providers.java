package io.keyledger.query.console.signin;

import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.console.access.ConsoleConfig.Oidc;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.JwsAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/**
 * The configured identity providers. Each is asked for its addresses when somebody first signs in with it, not when this
 * service starts: no service waits for another one.
 */
public final class Providers implements ClientRegistrationRepository {
    /** In the order of preference; nothing with a shared secret. */
    private static final List<SignatureAlgorithm> ALGORITHMS = List.of(
            SignatureAlgorithm.ES256, SignatureAlgorithm.PS256, SignatureAlgorithm.RS256, SignatureAlgorithm.ES384);

    private final Map<String, Oidc> configured;
    private final Map<String, ClientRegistration> known = new ConcurrentHashMap<>();

    public Providers(ConsoleConfig config) {
        this.configured = config.oidc();
    }

    public boolean isEmpty() {
        return configured.isEmpty();
    }

    /** The configuration of a provider; null when there is none of that name. */
    @Nullable
    Oidc configuration(String name) {
        return configured.get(name);
    }

    /** What is needed to sign in with a provider; null when there is none of that name. */
    @Override
    public @Nullable ClientRegistration findByRegistrationId(String name) {
        Oidc provider = configured.get(name);
        if (provider == null) {
            return null;
        }
        return known.computeIfAbsent(name, _ -> discover(name, provider));
    }

    /** With what the provider signs: the best of what it says it can. */
    public static JwsAlgorithm algorithm(ClientRegistration registration) {
        Object supported = registration
                .getProviderDetails()
                .getConfigurationMetadata()
                .get("id_token_signing_alg_values_supported");
        if (supported instanceof Collection<?> names) {
            for (SignatureAlgorithm algorithm : ALGORITHMS) {
                if (names.contains(algorithm.getName())) {
                    return algorithm;
                }
            }
        }
        return SignatureAlgorithm.RS256;
    }

    private static ClientRegistration discover(String name, Oidc provider) {
        ClientRegistration.Builder registration = ClientRegistrations.fromIssuerLocation(provider.issuer())
                .registrationId(name)
                .clientName(provider.name())
                .clientId(provider.clientId())
                .scope(provider.scopes())
                .redirectUri("{baseUrl}/sign-in/back/{registrationId}");
        if (provider.clientSecret() == null) {
            registration.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
        } else {
            registration.clientSecret(provider.clientSecret());
        }
        return registration.build();
    }
}
