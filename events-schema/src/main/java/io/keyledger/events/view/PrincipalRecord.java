package io.keyledger.events.view;

import io.keyledger.events.TenantId;

/**
 * What an edge has to know of a tenant (later: of an owner). Topic {@code keyledger.view.principals.v1}; Kafka key =
 * {@code id}.
 *
 * @param id {@code tenant:<tenantId>}
 * @param revision orders the records of one id; the higher one wins
 * @param enabled whether keys of the tenant are accepted at all; bootstrap keys are exempt
 */
public record PrincipalRecord(String id, TenantId tenant, long revision, boolean enabled) {

    public static String tenantId(TenantId tenant) {
        return "tenant:" + tenant.value();
    }
}
