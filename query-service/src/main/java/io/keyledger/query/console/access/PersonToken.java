package io.keyledger.query.console.access;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/** A signed-in person, as Spring Security wants it. Lives as long as the request; what counts is the {@link Person}. */
final class PersonToken extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1;

    private final transient Person person;

    PersonToken(Person person) {
        super(AuthorityUtils.NO_AUTHORITIES);
        this.person = person;
        super.setAuthenticated(true);
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public Object getPrincipal() {
        return person;
    }

    @Override
    public String getName() {
        return person.userId().value();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
