package io.keyledger.starter;

import java.util.Arrays;
import java.util.function.Predicate;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;

/**
 * Lets {@code hasAuthority('orders:read')} mean what a key may do, also for permissions of the application's own: a scope holds
 * more of them than can be listed as authorities. For anybody but keys it is as Spring Security has it.
 */
final class KeyAuthorities<T> implements AuthorizationManagerFactory<T> {
    private final DefaultAuthorizationManagerFactory<T> usual = new DefaultAuthorizationManagerFactory<>();

    @Override
    public AuthorizationManager<T> hasAuthority(String authority) {
        return or(usual.hasAuthority(authority), token -> holds(token, authority));
    }

    @Override
    public AuthorizationManager<T> hasAnyAuthority(String... authorities) {
        return or(
                usual.hasAnyAuthority(authorities),
                token -> Arrays.stream(authorities).anyMatch(authority -> holds(token, authority)));
    }

    @Override
    public AuthorizationManager<T> hasAllAuthorities(String... authorities) {
        return or(
                usual.hasAllAuthorities(authorities),
                token -> Arrays.stream(authorities).allMatch(authority -> holds(token, authority)));
    }

    @Override
    public AuthorizationManager<T> hasRole(String role) {
        return usual.hasRole(role);
    }

    @Override
    public AuthorizationManager<T> hasAnyRole(String... roles) {
        return usual.hasAnyRole(roles);
    }

    @Override
    public AuthorizationManager<T> hasAllRoles(String... roles) {
        return usual.hasAllRoles(roles);
    }

    @Override
    public AuthorizationManager<T> authenticated() {
        return usual.authenticated();
    }

    @Override
    public AuthorizationManager<T> fullyAuthenticated() {
        return usual.fullyAuthenticated();
    }

    @Override
    public AuthorizationManager<T> rememberMe() {
        return usual.rememberMe();
    }

    @Override
    public AuthorizationManager<T> anonymous() {
        return usual.anonymous();
    }

    private static <T> AuthorizationManager<T> or(
            AuthorizationManager<T> usual, Predicate<ApiKeyAuthenticationToken> holds) {
        return (authentication, object) -> authentication.get() instanceof ApiKeyAuthenticationToken token
                ? new AuthorizationDecision(token.isAuthenticated() && holds.test(token))
                : usual.authorize(authentication, object);
    }

    private static boolean holds(ApiKeyAuthenticationToken token, String authority) {
        return token.getAuthorities().stream().anyMatch(a -> authority.equals(a.getAuthority()))
                || authority.indexOf(':') > 0 && token.grants(authority);
    }
}
