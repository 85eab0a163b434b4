package io.keyledger.command.settings;

import static io.keyledger.command.key.Keys.DEFAULTS;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantId;
import io.keyledger.requirements.Row;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeSettingsTest {

    private static Optional<SettingsChanged> decide(TenantPolicy policy, @Nullable Object... namesAndValues) {
        Map<Setting, @Nullable String> values = new EnumMap<>(Setting.class);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((Setting) java.util.Objects.requireNonNull(namesAndValues[i]), (String) namesAndValues[i + 1]);
        }
        return new ChangeSettings(TenantId.DEFAULT, ChangeSettings.KEYS, values).decide(policy, NOON);
    }

    @Row({"S3-06", "S3-31"})
    @Test
    void a_change_names_what_differs_from_before_and_nothing_else() {
        assertThat(decide(DEFAULTS, Setting.ENABLED, "false", Setting.MAX_PER_OWNER, "100"))
                .contains(new SettingsChanged("keys", List.of(new SettingChange("keys.enabled", "true", "false"))));
        assertThat(decide(with(Setting.MAX_EXPIRY, "P30D"), Setting.MAX_EXPIRY, null))
                .contains(new SettingsChanged("keys", List.of(new SettingChange("keys.maxExpiry", "P30D", null))));
    }

    @Test
    void a_change_to_what_is_there_is_no_event() {
        assertThat(decide(DEFAULTS, Setting.ENABLED, "true", Setting.MAX_EXPIRY, null))
                .isEmpty();
        assertThat(decide(DEFAULTS)).isEmpty();
    }

    @Test
    void the_default_expiry_stays_within_the_longest_one() {
        assertThat(refusal(() -> decide(with(Setting.DEFAULT_EXPIRY, "P31D"), Setting.MAX_EXPIRY, "P1M")))
                .isEqualTo(new Refusal.InvalidValue("keys.defaultExpiry", "at most keys.maxExpiry, P1M"));
        assertThat(decide(DEFAULTS, Setting.DEFAULT_EXPIRY, "P30D", Setting.MAX_EXPIRY, "P30D"))
                .isPresent();
    }
}
