package io.keyledger.query.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsesTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void every_order_of_arrival_ends_in_the_same_counts(long seed) {
        List<LoggedEvent> log = Log.random(seed, 30);
        Uses uses = count(log);
        for (long other = 0; other < 10; other++) {
            Uses others = count(Log.interleaved(log, other));
            assertThat(others.keys()).isEqualTo(uses.keys());
            assertThat(others.credentials()).isEqualTo(uses.credentials());
            assertThat(others.days()).isEqualTo(uses.days());
            assertThat(others.endpoints()).isEqualTo(uses.endpoints());
            assertThat(others.addresses()).isEqualTo(uses.addresses());
            assertThat(others.callers()).isEqualTo(uses.callers());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void every_request_is_counted_once_for_its_key_and_once_for_its_tenant(long seed) {
        List<LoggedEvent> log = Log.random(seed, 30);
        long accepted = 0;
        long refused = 0;
        for (LoggedEvent event : log) {
            switch (event.data()) {
                case KeyUsed e -> accepted += e.count();
                case AuthFailed e -> refused += e.count();
                case null, default -> {}
            }
        }
        Uses uses = count(log);
        assertThat(sum(uses, true, true)).isEqualTo(accepted);
        assertThat(sum(uses, false, true)).isEqualTo(accepted);
        assertThat(sum(uses, true, false)).isEqualTo(refused);
        assertThat(sum(uses, false, false)).isEqualTo(refused);
    }

    private static long sum(Uses uses, boolean ofTenant, boolean accepted) {
        return uses.days().entrySet().stream()
                .filter(e -> e.getKey().keyId().equals(Uses.WHOLE_TENANT) == ofTenant)
                .filter(e -> e.getKey().outcome().equals(Uses.ACCEPTED) == accepted)
                .mapToLong(e -> e.getValue().sum())
                .sum();
    }

    private static Uses count(List<LoggedEvent> log) {
        Uses uses = new Uses();
        log.forEach(uses::add);
        return uses;
    }
}
