package io.keyledger.standalone;

import static io.keyledger.events.Topics.ACTIVITY;
import static io.keyledger.events.Topics.EDGE_ACKS;
import static io.keyledger.events.Topics.HEARTBEAT;
import static io.keyledger.events.Topics.LIFECYCLE;
import static io.keyledger.events.Topics.LIMITS;
import static org.apache.kafka.common.acl.AclOperation.IDEMPOTENT_WRITE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.CLUSTER;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;

import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Who may do what on Kafka; everything else is denied. To read and to write each imply to describe. */
final class AccessList {
    static final String ADMIN = "admin";
    static final String COMMAND = "command-service";
    static final String QUERY = "query-service";
    static final String EDGE = "auth-edge";
    static final String SIEM = "siem";
    static final String OPERATOR = "operator";

    /** All principals but the administrator. */
    static final List<String> PRINCIPALS = List.of(COMMAND, QUERY, EDGE, SIEM, OPERATOR);

    private static final String AUDIT = "keyledger.audit.";
    private static final String VIEW = "keyledger.view.";
    private static final String CONTROL = "keyledger.control.";

    private record Grant(
            String principal, AclOperation operation, ResourceType type, PatternType pattern, String name) {}

    private static final List<Grant> GRANTS = List.of(
            // The one that decides: it alone writes facts and what edges believe.
            new Grant(COMMAND, WRITE, TOPIC, PREFIXED, AUDIT),
            new Grant(COMMAND, WRITE, TOPIC, PREFIXED, VIEW),
            new Grant(COMMAND, WRITE, TOPIC, PREFIXED, CONTROL),
            new Grant(COMMAND, READ, TOPIC, PREFIXED, VIEW),
            new Grant(COMMAND, READ, TOPIC, PREFIXED, CONTROL),
            new Grant(COMMAND, READ, TOPIC, LITERAL, LIFECYCLE),
            // To seal what edges wrote.
            new Grant(COMMAND, READ, TOPIC, LITERAL, ACTIVITY),
            new Grant(COMMAND, IDEMPOTENT_WRITE, CLUSTER, LITERAL, Resource.CLUSTER_NAME),

            // The read store, and an edge inside it.
            new Grant(QUERY, READ, TOPIC, PREFIXED, AUDIT),
            new Grant(QUERY, READ, TOPIC, PREFIXED, VIEW),
            new Grant(QUERY, READ, TOPIC, PREFIXED, CONTROL),
            new Grant(QUERY, READ, GROUP, PREFIXED, "keyledger.query."),
            new Grant(QUERY, WRITE, TOPIC, LITERAL, ACTIVITY),
            new Grant(QUERY, WRITE, TOPIC, LITERAL, EDGE_ACKS),
            new Grant(QUERY, WRITE, TOPIC, LITERAL, LIMITS),
            new Grant(QUERY, IDEMPOTENT_WRITE, CLUSTER, LITERAL, Resource.CLUSTER_NAME),

            // An edge: the view in, uses and acknowledgements out. Of what others did it reads how often, for limits.
            new Grant(EDGE, READ, TOPIC, PREFIXED, VIEW),
            new Grant(EDGE, READ, TOPIC, LITERAL, HEARTBEAT),
            new Grant(EDGE, WRITE, TOPIC, LITERAL, ACTIVITY),
            new Grant(EDGE, WRITE, TOPIC, LITERAL, EDGE_ACKS),
            new Grant(EDGE, READ, TOPIC, LITERAL, LIMITS),
            new Grant(EDGE, WRITE, TOPIC, LITERAL, LIMITS),
            new Grant(EDGE, IDEMPOTENT_WRITE, CLUSTER, LITERAL, Resource.CLUSTER_NAME),

            // A SIEM: the audit, read only.
            new Grant(SIEM, READ, TOPIC, PREFIXED, AUDIT),
            new Grant(SIEM, READ, GROUP, PREFIXED, "siem."),

            // Whoever holds the data directory: looks at the audit without a group.
            new Grant(OPERATOR, READ, TOPIC, PREFIXED, AUDIT));

    private AccessList() {}

    static List<AclBinding> bindings() {
        return GRANTS.stream()
                .map(g -> new AclBinding(
                        new ResourcePattern(g.type, g.name, g.pattern),
                        new AccessControlEntry("User:" + g.principal, "*", g.operation, AclPermissionType.ALLOW)))
                .toList();
    }
}
