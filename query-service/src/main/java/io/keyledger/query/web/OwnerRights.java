package io.keyledger.query.web;

import io.keyledger.events.KeyKind;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.starter.ApiKeyAuthenticationToken;
import io.keyledger.starter.RequestPermission;
import io.keyledger.verifier.Credential;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/**
 * Holds personal tokens to what their owners may do: what is read here is the whole tenant's, so a token reads it only where
 * its owner may read what is anybody's. All other keys do what their scope says, which their edge has decided. Safe from
 * any thread.
 */
final class OwnerRights implements AuthorizationManager<RequestAuthorizationContext> {
    private final Function<String, Optional<PrincipalRecord>> principals;
    private final RequestPermission permission;

    /** @param principals what the view knows of somebody at this moment */
    OwnerRights(Function<String, Optional<PrincipalRecord>> principals, RequestPermission permission) {
        this.principals = principals;
        this.permission = permission;
    }

    @Override
    public AuthorizationDecision authorize(
            Supplier<? extends @Nullable Authentication> authentication, RequestAuthorizationContext context) {
        return new AuthorizationDecision(authentication.get() instanceof ApiKeyAuthenticationToken token
                && token.isAuthenticated()
                && allows(token.credential(), context.getRequest()));
    }

    private boolean allows(Credential credential, HttpServletRequest request) {
        if (credential.kind() != KeyKind.PERSONAL) {
            return true;
        }
        String asked = permission.of(request);
        List<String> roles = principals
                .apply(PrincipalRecord.userId(credential.owner()))
                .filter(owner -> owner.tenant().equals(credential.tenant()) && owner.enabled())
                .map(PrincipalRecord::roles)
                .orElse(List.of());
        // Reading is the same in both presets.
        return asked == null
                || Grants.of(Role.ofWire(roles), RolePreset.SEPARATED).allows(asked);
    }
}
