package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import java.io.IOException;
import java.time.InstantSource;

/** The platform's own spool, by the same package, without a thread of its own. */
public final class Spools {
    private Spools() {}

    public static UseSpool open(Disk disk, SpoolSettings settings, ActivityLog log, InstantSource clock)
            throws IOException {
        return UseSpool.unstarted(disk, settings, log, clock);
    }

    /** Does what the sender's thread does, once; whether anything was moved. */
    public static boolean step(UseSpool spool) {
        return spool.step();
    }
}
