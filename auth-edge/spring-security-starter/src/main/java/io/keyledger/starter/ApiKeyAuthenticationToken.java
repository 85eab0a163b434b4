package io.keyledger.starter;

import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/**
 * A request that an edge has accepted. Its name is the key id; its authorities are the permissions of the key's scope, and
 * {@code SCOPE_} with the scope itself. It holds no secret.
 */
public final class ApiKeyAuthenticationToken extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1;

    private final transient Credential credential;
    private final long viewAgeMillis;

    ApiKeyAuthenticationToken(Credential credential, long viewAgeMillis) {
        super(AuthorityUtils.createAuthorityList(authorities(credential)));
        this.credential = credential;
        this.viewAgeMillis = viewAgeMillis;
        super.setAuthenticated(true);
    }

    /** Whose key it is, and what it may do. */
    public Credential credential() {
        return credential;
    }

    /** The view by which it was decided was at most so old. */
    public long viewAgeMillis() {
        return viewAgeMillis;
    }

    /** Whether the key's scope holds {@code permission}, be it one of the listed authorities or not. */
    public boolean grants(String permission) {
        return credential.scope().grants(permission);
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public Object getPrincipal() {
        return credential;
    }

    @Override
    public String getName() {
        return credential.keyId().value();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApiKeyAuthenticationToken token
                && super.equals(other)
                && credential.credentialId().equals(token.credential.credentialId());
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), credential.credentialId());
    }

    private static String[] authorities(Credential credential) {
        List<String> authorities = new ArrayList<>(Permissions.of(credential));
        authorities.add("SCOPE_" + credential.scope().wire());
        return authorities.toArray(String[]::new);
    }
}
