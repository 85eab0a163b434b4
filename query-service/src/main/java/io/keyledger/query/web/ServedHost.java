package io.keyledger.query.web;

import io.keyledger.events.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The host name that a request has asked, and whom it serves: one tenant whose own name it is, or all that have none of their
 * own.
 *
 * @param name the name, when it is one tenant's own
 * @param owner whose it is
 * @param elsewhere at a name that is nobody's own: the tenants that are served at their own names and not here
 */
public record ServedHost(@Nullable String name, @Nullable TenantId owner, Set<TenantId> elsewhere) {
    private static final String ATTRIBUTE = "io.keyledger.host";
    private static final ServedHost NOBODY = new ServedHost("", TenantId.SYSTEM, Set.of());

    /** One tenant's own name. */
    public static ServedHost own(String name, TenantId owner) {
        return new ServedHost(name, owner, Set.of());
    }

    /** A name of all tenants but those. */
    public static ServedHost shared(Set<TenantId> elsewhere) {
        return new ServedHost(null, null, elsewhere);
    }

    /** The host of a request; one that nothing has marked is for nobody. */
    public static ServedHost of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof ServedHost host ? host : NOBODY;
    }

    /** Has the request be for this host. */
    public void mark(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whether what belongs to this tenant may be used here. The operator's is never locked out of the shared names. */
    public boolean serves(TenantId tenant) {
        return owner == null ? tenant.equals(TenantId.DEFAULT) || !elsewhere.contains(tenant) : owner.equals(tenant);
    }

    /** Whom somebody means who names no tenant. */
    public TenantId tenant() {
        return owner == null ? TenantId.DEFAULT : owner;
    }
}
