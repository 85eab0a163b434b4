package io.keyledger.command.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.policy.Preset;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.command.settings.PastSettings.Change;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PastSettingsTest {
    private static final Instant BEGAN = Instant.parse("2026-11-22T11:00:00Z");

    /** The property: folding up to a moment gives what was live at it. */
    @ParameterizedTest
    @EnumSource(Preset.class)
    void settings_as_of_a_moment_are_those_that_were_live_then(Preset preset) {
        Random random = new Random(preset.wire().hashCode());
        for (int world = 0; world < 50; world++) {
            List<Change> changes = new ArrayList<>();
            List<TenantPolicy> live = new ArrayList<>(List.of(TenantPolicy.of(preset)));
            Instant now = BEGAN;
            List<Instant> moments = new ArrayList<>(List.of(now));
            for (int i = 0; i < 20; i++) {
                now = now.plusMillis(1 + random.nextInt(5000));
                SettingsChanged event = new SettingsChanged("keys", List.of(change(random)));
                changes.add(new Change(now, event));
                live.add(live.getLast().with(event.changes()));
                moments.add(now);
            }
            for (int i = 0; i < moments.size(); i++) {
                assertThat(PastSettings.fold(preset, changes, moments.get(i)).json())
                        .isEqualTo(live.get(i).json());
                assertThat(PastSettings.fold(preset, changes, moments.get(i).minusNanos(1000))
                                .json())
                        .isEqualTo(live.get(Math.max(0, i - 1)).json());
            }
        }
    }

    private static SettingChange change(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new SettingChange("keys.enabled", null, Boolean.toString(random.nextBoolean()));
            case 1 -> new SettingChange("keys.maxPerOwner", null, Integer.toString(1 + random.nextInt(1000)));
            case 2 -> new SettingChange("keys.maxExpiry", null, random.nextBoolean() ? "P90D" : null);
            default -> new SettingChange("keys.prefix", null, "k" + random.nextInt(10));
        };
    }
}
