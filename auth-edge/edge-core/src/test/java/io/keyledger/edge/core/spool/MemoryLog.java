package io.keyledger.edge.core.spool;

import io.keyledger.events.CloudEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An activity topic in memory that keeps what it was sent, doubles included, and refuses when told to. */
final class MemoryLog implements ActivityLog {
    private final List<byte[]> records = new ArrayList<>();
    private volatile boolean away;
    private volatile boolean forgetful;

    void away(boolean is) {
        away = is;
    }

    /** Takes events and never acknowledges them. */
    void forgetful(boolean is) {
        forgetful = is;
    }

    /** As if an earlier run had sent it. */
    void hold(byte[] bytes) {
        records.add(bytes);
    }

    @Override
    public void send(String key, byte[] bytes, Map<String, byte[]> headers, Consumer<@Nullable Exception> done) {
        if (away) {
            done.accept(new IllegalStateException("away"));
            return;
        }
        synchronized (records) {
            records.add(bytes.clone());
        }
        if (!forgetful) {
            done.accept(null);
        }
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}

    List<byte[]> records() {
        synchronized (records) {
            return List.copyOf(records);
        }
    }

    /**
     * The events by source, repeats by id taken out.
     *
     * @throws AssertionError when a chain has a hole, a wrong link, or one id with two forms
     */
    Map<String, List<CloudEvent>> chains() {
        Map<String, byte[]> byId = new LinkedHashMap<>();
        Map<String, List<CloudEvent>> chains = new LinkedHashMap<>();
        Map<String, String> heads = new LinkedHashMap<>();
        for (byte[] bytes : records()) {
            CloudEvent event = CloudEvent.read(bytes);
            if (event == null) {
                throw new AssertionError("unknown type of event");
            }
            byte[] before = byId.putIfAbsent(event.id(), bytes);
            if (before != null) {
                if (!Arrays.equals(before, bytes)) {
                    throw new AssertionError("one id, two forms: " + event.id());
                }
                continue;
            }
            List<CloudEvent> chain = chains.computeIfAbsent(event.source(), _ -> new ArrayList<>());
            if (event.sequence() != chain.size() + 1
                    || !event.prevHash().equals(heads.getOrDefault(event.source(), CloudEvent.GENESIS))) {
                throw new AssertionError("event " + event.sequence() + " of " + event.source() + " does not follow");
            }
            chain.add(event);
            heads.put(event.source(), CloudEvent.hash(bytes));
        }
        return chains;
    }
}
