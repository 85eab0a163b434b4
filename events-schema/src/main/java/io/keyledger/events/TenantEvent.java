package io.keyledger.events;

/** One fact about a tenant, in the order of its source {@code tenant:<tenantId>}. */
public sealed interface TenantEvent extends Event {
    TenantId tenant();

    /**
     * The tenant exists.
     *
     * @param preset the policy it started from
     */
    record TenantCreated(TenantId tenant, String tenantName, String preset) implements TenantEvent {}
}
