package io.keyledger.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fact about a tenant's settings, in the order of its source {@code settings:<tenantId>}. */
public sealed interface SettingsEvent extends Event {

    /**
     * Settings have new values.
     *
     * @param area the group of settings, {@code keys} for the policy on keys
     */
    record SettingsChanged(String area, List<SettingChange> changes) implements SettingsEvent {}

    /** One setting, as text; null = not set. */
    record SettingChange(
            String name, @Nullable String from, @Nullable String to) {}
}
