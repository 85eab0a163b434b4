package io.keyledger.command.settings;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.Span;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives settings new values.
 *
 * @param area the group of settings that the event names
 * @param values as text; null = not set
 */
record ChangeSettings(TenantId tenant, String area, Map<Setting, @Nullable String> values) {
    static final String NAME = "settings.change";

    /** What a tenant asks of its keys and people. */
    static final String KEYS = "keys";

    /** What the operator of the platform allows and gives the tenant. */
    static final String ENTITLEMENTS = "entitlements";

    /** What changes; empty when nothing does. */
    Optional<SettingsChanged> decide(TenantPolicy current, Instant now) {
        List<SettingChange> changes = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String from = current.text(setting);
            String to = values.get(setting);
            if (values.containsKey(setting) && !Objects.equals(from, to)) {
                changes.add(new SettingChange(setting.wire(), from, to));
            }
        }
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        TenantPolicy after = current.with(changes);
        Span max = after.maxExpiry();
        Span byDefault = after.defaultExpiry();
        if (max != null && byDefault != null && byDefault.after(now).isAfter(max.after(now))) {
            throw new Refused(
                    new Refusal.InvalidValue(Setting.DEFAULT_EXPIRY.wire(), "at most keys.maxExpiry, " + max));
        }
        return Optional.of(new SettingsChanged(area, List.copyOf(changes)));
    }
}
