package io.keyledger.events;

import java.util.regex.Pattern;

/** The name of a tenant: {@code t_} and 1 to 40 lower-case letters, digits or hyphens. */
public record TenantId(String value) {
    private static final Pattern FORM = Pattern.compile("t_[a-z0-9][a-z0-9-]{0,39}");

    /** The tenant that exists from the first start. */
    public static final TenantId DEFAULT = new TenantId("t_default");

    /** Owns what belongs to nobody else: failed attempts that name no key, and the platform's own events. */
    public static final TenantId SYSTEM = new TenantId("t_system");

    public TenantId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("tenantId must be t_ and 1 to 40 lower-case letters, digits or hyphens");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
