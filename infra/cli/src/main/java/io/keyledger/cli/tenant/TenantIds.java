package io.keyledger.cli.tenant;

import io.keyledger.cli.client.Failure;
import io.keyledger.events.TenantId;

/** Tenant ids become file names, so that none but a right one may go further. */
final class TenantIds {
    private TenantIds() {}

    static TenantId parse(String text) {
        try {
            return new TenantId(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, e.getMessage() + ".");
        }
    }
}
