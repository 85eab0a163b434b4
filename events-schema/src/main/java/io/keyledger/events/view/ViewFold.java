package io.keyledger.events.view;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevealed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySecretForgotten;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.OwnerId;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleGranted;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserAccessEnded;
import io.keyledger.events.UserEvent.UserAccessExtended;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.events.view.CredentialRecord.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * From events to what edges have to know. Pure. A credential that an event changes takes the event's sequence as its
 * revision; all others keep theirs, so that the changed ones can be told by it.
 */
public final class ViewFold {
    private static final String KEYS_AREA = "keys";
    private static final String KEYS_ENABLED = "keys.enabled";
    private static final String GRANULARITY = "activity.granularity";
    private static final String TOKEN_ADDRESSES = "tokens.addresses";
    private static final String TOKEN_COUNTRIES = "tokens.countries";

    /** The one preset under which a tenant starts with API keys off. */
    private static final String KEYS_OFF_PRESET = "hub-s3";

    private ViewFold() {}

    /**
     * All credentials of a key after {@code event}.
     *
     * @param before all of them before it; empty before the key was created
     * @param sequence of the event in the key's source
     */
    public static List<CredentialState> apply(
            List<CredentialState> before, KeyEvent event, TenantId tenant, long sequence) {
        return switch (event) {
            case KeyCreated e ->
                List.of(new CredentialState(
                        e.credentialId(),
                        e.keyId(),
                        tenant,
                        sequence,
                        State.ACTIVE,
                        e.kind(),
                        e.scope(),
                        e.owner(),
                        e.keyName(),
                        e.strict(),
                        e.expiresAt(),
                        e.expiresAt(),
                        e.policy()));
            case KeyUpdated e -> change(before, c -> !c.state().terminal(), c -> c.updated(e, sequence));
            case KeyRotated e -> rotated(before, e, sequence);
            case KeyCredentialExpired e ->
                change(
                        before,
                        c -> c.credentialId().equals(e.credentialId())
                                && !c.state().terminal(),
                        c -> c.in(State.REPLACED, sequence));
            case KeyRevoked _ -> end(before, State.REVOKED, sequence);
            case KeyExpired _ -> end(before, State.EXPIRED, sequence);
            case KeySuspended _ -> change(before, c -> c.state() == State.ACTIVE, c -> c.in(State.SUSPENDED, sequence));
            case KeyResumed _ -> change(before, c -> c.state() == State.SUSPENDED, c -> c.in(State.ACTIVE, sequence));
            case KeyDeleted _ -> change(before, _ -> true, c -> c.in(State.DELETED, sequence));
            case KeyRevealed _, KeySecretForgotten _, RevocationConfirmed _ -> before;
        };
    }

    private static List<CredentialState> rotated(List<CredentialState> before, KeyRotated e, long sequence) {
        List<CredentialState> after = new ArrayList<>(
                change(before, c -> c.credentialId().equals(e.replaces()), c -> c.until(e.graceEndsAt(), sequence)));
        after.add(credential(before, e.replaces()).successor(e.credentialId(), sequence));
        return List.copyOf(after);
    }

    private static CredentialState credential(List<CredentialState> of, CredentialId id) {
        return of.stream()
                .filter(c -> c.credentialId().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("rotation replaces " + id + ", which the key never had"));
    }

    private static List<CredentialState> end(List<CredentialState> before, State state, long sequence) {
        return change(before, c -> !c.state().terminal(), c -> c.in(state, sequence));
    }

    private static List<CredentialState> change(
            List<CredentialState> before, Predicate<CredentialState> which, UnaryOperator<CredentialState> how) {
        return before.stream().map(c -> which.test(c) ? how.apply(c) : c).toList();
    }

    /** The tenant as edges know it once it exists. */
    public static PrincipalRecord apply(TenantCreated event, long revision) {
        return PrincipalRecord.tenant(event.tenant(), revision, !event.preset().equals(KEYS_OFF_PRESET));
    }

    /**
     * The tenant as edges know it after its settings changed; null when nothing changed for them.
     *
     * @param before the same before it; null when nothing was known
     */
    public static @Nullable PrincipalRecord apply(
            @Nullable PrincipalRecord before, SettingsChanged event, TenantId tenant, long revision) {
        PrincipalRecord old = before == null ? unknown(tenant, revision) : before;
        boolean enabled = old.enabled();
        String granularity = old.activityGranularity();
        List<String> addresses = old.tokenAddresses();
        List<String> countries = old.tokenCountries();
        boolean told = false;
        for (SettingChange change : event.area().equals(KEYS_AREA) ? event.changes() : List.<SettingChange>of()) {
            switch (change.name()) {
                case KEYS_ENABLED -> {
                    enabled = Boolean.parseBoolean(change.to());
                    told = true;
                }
                case GRANULARITY -> {
                    granularity = PrincipalRecord.SECOND.equals(change.to()) ? PrincipalRecord.SECOND : null;
                    told = true;
                }
                case TOKEN_ADDRESSES -> {
                    addresses = list(change.to());
                    told = true;
                }
                case TOKEN_COUNTRIES -> {
                    countries = list(change.to());
                    told = true;
                }
                default -> {}
            }
        }
        return told ? PrincipalRecord.tenant(tenant, revision, enabled, granularity, addresses, countries) : null;
    }

    /** The list that a setting keeps as one text. */
    public static @Nullable List<String> list(@Nullable String text) {
        return text == null ? null : List.of(text.split(",", -1));
    }

    /**
     * The person as edges know them after {@code event}.
     *
     * @param before the same before it; null before the person was created
     * @return {@code before} itself when the event means nothing to edges
     */
    public static @Nullable PrincipalRecord apply(
            @Nullable PrincipalRecord before, UserEvent event, TenantId tenant, long revision) {
        if (event instanceof UserCreated e) {
            return person(e.userId(), tenant, revision, true, Role.ofWire(e.roles()));
        }
        if (before == null) {
            return null;
        }
        Set<Role> roles = Role.ofWire(before.roles() == null ? List.of() : before.roles());
        boolean enabled = before.enabled();
        switch (event) {
            case UserDisabled _, UserAccessEnded _ -> enabled = false;
            case UserErased _ -> {
                enabled = false;
                roles.clear();
            }
            case UserEnabled _ -> enabled = true;
            case RoleGranted e -> Role.ofWire(List.of(e.role())).forEach(roles::add);
            case RoleWithdrawn e -> Role.ofWire(List.of(e.role())).forEach(roles::remove);
            case UserCreated _, UserUpdated _, UserAccessExtended _, SignedIn _, SignedOut _ -> {
                return before;
            }
        }
        return person(event.userId(), tenant, revision, enabled, roles);
    }

    private static PrincipalRecord person(
            OwnerId id, TenantId tenant, long revision, boolean enabled, Set<Role> roles) {
        // What people may do with keys hangs on the preset; how wide their tokens can be does not.
        return PrincipalRecord.user(
                id,
                tenant,
                revision,
                enabled,
                Role.wires(roles),
                Grants.of(roles, RolePreset.CENTRAL).ceiling());
    }

    /** A tenant of which nothing else is known. */
    public static PrincipalRecord unknown(TenantId tenant, long revision) {
        return PrincipalRecord.tenant(tenant, revision, true);
    }
}
