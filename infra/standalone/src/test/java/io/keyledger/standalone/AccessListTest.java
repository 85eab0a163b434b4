package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Topics;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** Read from the list itself; {@link ServersIT} asks a broker. */
class AccessListTest {
    private static Set<String> who(AclOperation operation, String topic) {
        return AccessList.bindings().stream()
                .filter(b -> b.entry().operation() == operation && b.pattern().resourceType() == ResourceType.TOPIC)
                .filter(b -> b.pattern().patternType() == PatternType.PREFIXED
                        ? topic.startsWith(b.pattern().name())
                        : topic.equals(b.pattern().name()))
                .map(b -> b.entry().principal().substring("User:".length()))
                .collect(Collectors.toSet());
    }

    @Test
    void a_view_record_is_a_permission_so_only_the_service_that_decides_writes_one() {
        assertThat(Topics.VIEW)
                .allSatisfy(topic -> assertThat(who(AclOperation.WRITE, topic)).containsExactly("command-service"));
    }

    @Test
    void only_the_service_that_decides_writes_history() {
        assertThat(who(AclOperation.WRITE, Topics.LIFECYCLE)).containsExactly("command-service");
        assertThat(who(AclOperation.WRITE, Topics.ACTIVITY))
                .containsExactlyInAnyOrder("command-service", "query-service", "auth-edge");
    }

    @Test
    void verifiers_are_read_by_edges_and_by_who_writes_them_only() {
        assertThat(who(AclOperation.READ, Topics.CREDENTIALS))
                .containsExactlyInAnyOrder("query-service", "auth-edge", "command-service");
    }

    @Test
    void siems_neither_read_nor_write_counts_of_limits() {
        assertThat(who(AclOperation.WRITE, Topics.LIMITS))
                .containsExactlyInAnyOrder("command-service", "query-service", "auth-edge");
        assertThat(who(AclOperation.READ, Topics.LIMITS))
                .containsExactlyInAnyOrder("command-service", "query-service", "auth-edge");
    }

    @Test
    void nobody_may_do_anything_to_all_topics() {
        assertThat(AccessList.bindings())
                .noneMatch(b -> b.entry().operation() == AclOperation.ALL
                        || b.pattern().name().equals("*")
                        || b.pattern().name().equals("keyledger."));
    }
}
