package io.keyledger.query.web;

import io.keyledger.events.KeyKind;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Permission;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.starter.ApiKeyAuthenticationToken;
import io.keyledger.starter.RequestPermission;
import io.keyledger.verifier.Credential;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/**
 * Holds personal tokens to what their owners may do: what is read here is the whole tenant's, so a token reads it only where
 * its owner may read what is anybody's. Keys and their histories are the exception: who may read only their own is let in to
 * these. All other keys do what their scope says, which their edge has decided. Safe from any thread.
 */
public final class OwnerRights implements AuthorizationManager<RequestAuthorizationContext> {
    /** Where the answer is cut down to one owner's own, by {@link #ownOnly}. */
    private static final Map<String, Pattern> CUT = Map.of(
            Permission.KEYS_READ.wire(), Pattern.compile("/api/v1/keys(/[^/]+)?"),
            Permission.AUDIT_READ.wire(), Pattern.compile("/api/v1/(keys/[^/]+/(history|diff)|decisions/explain)"));

    private static final String OWN_ONLY = OwnerRights.class.getName();

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
        Grants grants = Grants.of(Role.ofWire(roles), RolePreset.SEPARATED);
        if (asked == null || grants.allows(asked)) {
            return true;
        }
        Pattern cut = CUT.get(asked);
        if (cut != null
                && grants.allowsOwn(asked)
                && cut.matcher(request.getRequestURI()).matches()) {
            request.setAttribute(OWN_ONLY, credential.owner().value());
            return true;
        }
        return false;
    }

    /** The one owner whose keys the answer may hold; null = those of the whole tenant. */
    public static @Nullable String ownOnly(HttpServletRequest request) {
        return (String) request.getAttribute(OWN_ONLY);
    }
}
