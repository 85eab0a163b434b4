package io.keyledger.edge.core.view;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a topic was deleted and made anew under its name: Kafka gives each its own id, which a consumer does not tell.
 * One that has as many records as the old one would else be read on from the middle. Asked and told by one thread, which
 * never waits: an answer is looked at when it is there.
 */
final class TopicWatch implements AutoCloseable {
    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<String, Object> config;
    private final List<String> topics;
    private final Map<String, Uuid> known = new HashMap<>();
    private volatile @Nullable Map<String, Uuid> answer;
    private volatile boolean asking;
    private @Nullable Admin admin;
    private long lastNanos = System.nanoTime() - EVERY_NANOS;

    /** @param config of Kafka's admin client */
    TopicWatch(Map<String, Object> config, List<String> topics) {
        this.config = config;
        this.topics = topics;
    }

    /** The topics that are not those that they were. Asks Kafka again, once a second. */
    List<String> madeAnew() {
        Map<String, Uuid> now = answer;
        answer = null;
        if (!asking && System.nanoTime() - lastNanos >= EVERY_NANOS) {
            lastNanos = System.nanoTime();
            ask();
        }
        return now == null ? List.of() : changed(now);
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
                                    Map.Entry::getKey, topic -> topic.getValue().topicId()));
                }
                asking = false;
            });
        } catch (KafkaException e) {
            asking = false;
        }
    }

    /** Those whose id is another one than before; they are known by it from now on. */
    List<String> changed(Map<String, Uuid> now) {
        List<String> changed = new ArrayList<>();
        now.forEach((topic, id) -> {
            Uuid before = known.put(topic, id);
            if (before != null && !before.equals(id)) {
                changed.add(topic);
            }
        });
        return changed;
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
