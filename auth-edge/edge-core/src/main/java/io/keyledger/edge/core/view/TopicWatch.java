package io.keyledger.edge.core.view;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Asks which topics these are: Kafka gives each its own id, so that one that was deleted and made anew under its name is noticed.
 * A consumer does not tell, and would read one with as many records as the old one on from the middle. Asked and told by one thread, which
 * never waits: an answer is looked at when it is there.
 */
final class TopicWatch implements AutoCloseable {
    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<String, Object> config;
    private final List<String> topics;
    private volatile @Nullable Map<String, String> answer;
    private volatile boolean asking;
    private @Nullable Admin admin;
    private long lastNanos = System.nanoTime() - EVERY_NANOS;

    /** @param config of Kafka's admin client */
    TopicWatch(Map<String, Object> config, List<String> topics) {
        this.config = config;
        this.topics = topics;
    }

    /** The id of each topic when there is a new answer, else null. Asks Kafka again, once a second. */
    @Nullable
    Map<String, String> ids() {
        Map<String, String> now = answer;
        answer = null;
        if (!asking && System.nanoTime() - lastNanos >= EVERY_NANOS) {
            lastNanos = System.nanoTime();
            ask();
        }
        return now;
    }

    private void ask() {
        try {
            Admin a = admin;
            if (a == null) {
                a = Admin.create(config);
                admin = a;
            }
            asking = true;
            var _ = a.describeTopics(topics).allTopicNames().whenComplete((found, failure) -> {
                // Not there, or Kafka is away: what reads the topic will say so.
                if (failure == null) {
                    answer = found.entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey,
                                    topic -> topic.getValue().topicId().toString()));
                }
                asking = false;
            });
        } catch (KafkaException e) {
            asking = false;
        }
    }

    @Override
    public void close() {
        Admin a = admin;
        admin = null;
        if (a != null) {
            a.close(Duration.ZERO);
        }
    }
}
