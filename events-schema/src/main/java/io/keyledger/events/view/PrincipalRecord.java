package io.keyledger.events.view;

import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an edge has to know of a tenant or of a person who may own keys. Topic {@code keyledger.view.principals.v1}; Kafka
 * key = {@code id}.
 *
 * @param id {@code tenant:<tenantId>} or {@code user:<userId>}
 * @param revision orders the records of one id; the higher one wins
 * @param enabled whether keys of the tenant or the person are accepted at all; bootstrap keys are exempt
 * @param roles of a person, by wire name; names that a reader does not know grant nothing. Null for a tenant
 * @param ceiling the highest scope of a person's tokens; null for a person without roles, whose tokens may do nothing,
 *     and for a tenant
 * @param activityGranularity of a tenant, {@link #SECOND} when accepted requests that are alike share an event a second; null,
 *     or a word that a reader does not know: each request is an event
 * @param tokenAddresses of a tenant: ranges in CIDR notation of which one must hold the address that a personal token is used
 *     from; null = any will do
 * @param tokenCountries of a tenant: countries, ISO 3166-1 alpha-2 in upper case, of which that address must be in one; null =
 *     any will do
 */
public record PrincipalRecord(
        String id,
        TenantId tenant,
        long revision,
        boolean enabled,
        @Nullable List<String> roles,
        @Nullable Scope ceiling,
        @Nullable String activityGranularity,
        @Nullable List<String> tokenAddresses,
        @Nullable List<String> tokenCountries) {
    /** As the tenant's setting has it, too. */
    public static final String SECOND = "second";

    private static final String USER = "user:";

    /** A tenant of which each accepted request is an event. */
    public static PrincipalRecord tenant(TenantId tenant, long revision, boolean enabled) {
        return tenant(tenant, revision, enabled, null);
    }

    public static PrincipalRecord tenant(
            TenantId tenant, long revision, boolean enabled, @Nullable String activityGranularity) {
        return tenant(tenant, revision, enabled, activityGranularity, null, null);
    }

    public static PrincipalRecord tenant(
            TenantId tenant,
            long revision,
            boolean enabled,
            @Nullable String activityGranularity,
            @Nullable List<String> tokenAddresses,
            @Nullable List<String> tokenCountries) {
        return new PrincipalRecord(
                tenantId(tenant),
                tenant,
                revision,
                enabled,
                null,
                null,
                activityGranularity,
                tokenAddresses,
                tokenCountries);
    }

    public static PrincipalRecord user(
            OwnerId user,
            TenantId tenant,
            long revision,
            boolean enabled,
            List<String> roles,
            @Nullable Scope ceiling) {
        return new PrincipalRecord(userId(user), tenant, revision, enabled, roles, ceiling, null, null, null);
    }

    public static String tenantId(TenantId tenant) {
        return "tenant:" + tenant.value();
    }

    public static String userId(OwnerId user) {
        return USER + user.value();
    }

    /** Whether accepted requests that are alike share an event a second. */
    public boolean countsBySecond() {
        return SECOND.equals(activityGranularity);
    }

    /** Whether it is about a person. */
    public boolean isUser() {
        return id.startsWith(USER);
    }

    /** Whether it is about a tenant. There may be others one day: a reader passes over them. */
    public boolean isTenant() {
        return id.equals(tenantId(tenant));
    }

    /** The person that it is about. */
    public OwnerId user() {
        if (!isUser()) {
            throw new IllegalStateException(id + " is no person");
        }
        return new OwnerId(id.substring(USER.length()));
    }
}
