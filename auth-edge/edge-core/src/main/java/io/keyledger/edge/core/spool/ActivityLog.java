package io.keyledger.edge.core.spool;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where finished events go: Kafka's activity topic, or a test. Used by one thread. */
public interface ActivityLog extends AutoCloseable {

    /**
     * Sends one event. Events of one key arrive in the order in which they were sent.
     *
     * @param done told, from any thread, null when the event is safe, else why it may not be
     */
    void send(String key, byte[] bytes, Map<String, byte[]> headers, Consumer<@Nullable Exception> done);

    /** After a failure: drops whatever is on the way, so that it is safe to begin again at the first event not safe. */
    void reset();

    @Override
    void close();
}
