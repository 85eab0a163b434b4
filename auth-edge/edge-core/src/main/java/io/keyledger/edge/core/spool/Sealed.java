package io.keyledger.edge.core.spool;

import io.keyledger.events.CloudEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One finished event in the journal, on its way to Kafka. Its bytes are never made again. */
final class Sealed {
    private final String source;
    private final byte[] bytes;
    private final Map<String, byte[]> headers;
    private final long journalEnd;
    private volatile boolean acknowledged;

    Sealed(String source, byte[] bytes, Map<String, byte[]> headers, long journalEnd) {
        this.source = source;
        this.bytes = bytes;
        this.headers = headers;
        this.journalEnd = journalEnd;
    }

    /** The event in a journal that an earlier run has written. */
    static Sealed read(String source, byte[] bytes, long journalEnd) {
        @Nullable CloudEvent event = CloudEvent.read(bytes);
        return new Sealed(source, bytes, event == null ? Map.of() : event.headers(), journalEnd);
    }

    /** The Kafka key. */
    String source() {
        return source;
    }

    byte[] bytes() {
        return bytes;
    }

    Map<String, byte[]> headers() {
        return headers;
    }

    /** Where the journal goes on after it. */
    long journalEnd() {
        return journalEnd;
    }

    void acknowledge() {
        acknowledged = true;
    }

    boolean acknowledged() {
        return acknowledged;
    }
}
