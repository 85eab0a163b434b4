package io.keyledger.query.console.access;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Every setting of the console.
 *
 * @param idle how long a session lasts without a request
 * @param absolute how long a session lasts at all
 * @param fresh how long after proving who one is the pages that ask for it again do not
 * @param beforeSignIn how long a form that anybody may open can wait to be sent
 * @param oidc the identity providers that people may sign in with, each under a short name for its addresses
 */
@ConfigurationProperties("keyledger.query.console")
public record ConsoleConfig(
        @DefaultValue("30m") Duration idle,
        @DefaultValue("12h") Duration absolute,
        @DefaultValue("5m") Duration fresh,
        @DefaultValue("10m") Duration beforeSignIn,
        @DefaultValue Map<String, Oidc> oidc) {

    /**
     * One OpenID provider.
     *
     * @param name on the button
     * @param issuer as it stands in its discovery document
     * @param tenant whose people it knows
     */
    public record Oidc(
            String name,
            String issuer,
            String clientId,
            @Nullable String clientSecret,
            @DefaultValue("t_default") String tenant,
            @DefaultValue({"openid", "profile", "email"}) List<String> scopes) {

        /** Without the secret. */
        @Override
        public String toString() {
            return clientId + "@" + issuer;
        }
    }
}
