package io.keyledger.query.web;

import io.keyledger.events.TenantId;

/** Who asks, as the key that was presented says. What the answer may show is this tenant's and nothing else. */
public record Caller(TenantId tenant) {}
