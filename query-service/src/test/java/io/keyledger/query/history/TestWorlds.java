package io.keyledger.query.history;

import io.keyledger.events.KeyId;
import io.keyledger.query.log.LoggedEvent;
import java.time.Duration;
import java.util.List;

/** {@link World}s for tests of other packages. */
public final class TestWorlds {
    private TestWorlds() {}

    /** What happened, in the order in which it did, and whose keys there were. */
    public record Told(List<LoggedEvent> events, List<String> keys) {}

    /** One that lives for several hours, over midnight. */
    public static Told overHours(long seed) {
        World world = new World(seed, Duration.ZERO);
        for (int i = 0; i < 8; i++) {
            world.run(120).wait(Duration.ofMinutes(115));
        }
        return new Told(
                List.copyOf(world.events), world.keys.stream().map(KeyId::value).toList());
    }
}
