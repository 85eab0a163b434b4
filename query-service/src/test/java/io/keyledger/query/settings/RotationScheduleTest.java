package io.keyledger.query.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Scope;
import io.keyledger.requirements.Row;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RotationScheduleTest {
    private static final Instant MADE = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    @Row({"S1-44", "S1-45", "S1-46"})
    void keys_are_due_after_30_60_and_90_days_by_scope() {
        assertThat(RotationSchedule.DEFAULT.due(Scope.ADMIN, MADE)).isEqualTo("2026-03-02T12:00:00Z");
        assertThat(RotationSchedule.DEFAULT.due(Scope.READ_WRITE, MADE)).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(RotationSchedule.DEFAULT.due(Scope.READ_ONLY, MADE)).isEqualTo("2026-05-01T12:00:00Z");
    }

    @Test
    void a_tenant_sets_its_own_schedule_in_calendar_or_clock_time() {
        RotationSchedule own = RotationSchedule.of(Map.of(
                "keys.rotation.admin", "PT12H", "keys.rotation.readWrite", "P1M", "keys.rotation.readOnly", "P1DT6H"));
        assertThat(own.due(Scope.ADMIN, MADE)).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(own.due(Scope.READ_WRITE, MADE)).isEqualTo("2026-02-28T12:00:00Z");
        assertThat(own.due(Scope.READ_ONLY, MADE)).isEqualTo("2026-02-01T18:00:00Z");
    }
}
