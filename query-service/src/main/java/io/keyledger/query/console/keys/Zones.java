package io.keyledger.query.console.keys;

import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/** The time zones that a form offers: UTC, then those that are named after a place. */
final class Zones {
    private static final String PLACES = "(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+";

    static final List<String> ALL = Stream.concat(
                    Stream.of("UTC"),
                    ZoneId.getAvailableZoneIds().stream()
                            .filter(zone -> zone.matches(PLACES))
                            .sorted())
            .toList();

    private Zones() {}
}
