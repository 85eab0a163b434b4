package io.keyledger.query.history;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.OwnerId;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.events.view.ViewFold;
import io.keyledger.query.keys.KeyRow;
import io.keyledger.query.keys.PastKeys;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.log.PastEvents;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads what keys, tenants and people were, one state after the other: their events, folded by what folds them for the read
 * store and for edges. Safe from any thread.
 */
public final class Courses {
    private static final String KEY_OF = """
            select c.key_id from credential c join key k on k.key_id = c.key_id
            where c.credential_id = ? and k.tenant = ?""";

    private final JdbcTemplate jdbc;

    public Courses(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The key that has or had that credential; null when no key of the tenant ever had it. */
    @Nullable
    String keyOf(String tenant, CredentialId credential) {
        List<@Nullable String> found = jdbc.queryForList(KEY_OF, String.class, credential.value(), tenant);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** What the key was; without steps when the tenant never had it. */
    Course<KeyState> key(String tenant, String keyId) {
        return key(life(tenant, keyId));
    }

    /** What a key was by its events. */
    static Course<KeyState> key(List<LoggedEvent> life) {
        return Course.of(life, Courses::keyAfter);
    }

    /** The key's own events, in their order. */
    List<LoggedEvent> life(String tenant, String keyId) {
        List<LoggedEvent> life = jdbc.execute((ConnectionCallback<List<LoggedEvent>>)
                c -> PastEvents.ofKeys(c, tenant, List.of(keyId)).getOrDefault(keyId, List.of()));
        return life == null ? List.of() : life;
    }

    private static @Nullable KeyState keyAfter(@Nullable KeyState before, LoggedEvent event) {
        KeyRow row = PastKeys.after(before == null ? null : before.row(), event);
        return row == null || !(event.data() instanceof KeyEvent e)
                ? before
                : new KeyState(
                        row,
                        ViewFold.apply(
                                before == null ? List.of() : before.credentials(),
                                e,
                                new TenantId(event.tenant()),
                                event.sequence()));
    }

    /** What the tenant was, as edges know it. */
    Course<PrincipalRecord> tenant(String tenant) {
        return course(c -> tenant(PastEvents.ofTenant(c, tenant)));
    }

    /** What a tenant was by its events, its own before those of its settings. */
    static Course<PrincipalRecord> tenant(List<LoggedEvent> events) {
        return Course.of(events, Courses::tenantAfter);
    }

    private static @Nullable PrincipalRecord tenantAfter(@Nullable PrincipalRecord before, LoggedEvent event) {
        PrincipalRecord after = switch (event.data()) {
            case TenantCreated e -> before == null ? ViewFold.apply(e, event.sequence()) : before;
            case SettingsChanged e -> ViewFold.apply(before, e, new TenantId(event.tenant()), event.sequence());
            case null, default -> null;
        };
        // A change that edges need not know of leaves all as it was.
        return after == null ? before : after;
    }

    /** What the owner of keys was, as edges know people; without steps when it is nobody that the platform knows. */
    Course<PrincipalRecord> person(String tenant, OwnerId owner) {
        return course(c -> person(PastEvents.ofPerson(c, tenant, owner)));
    }

    /** What a person was by their events. */
    static Course<PrincipalRecord> person(List<LoggedEvent> events) {
        return Course.of(
                events,
                (before, event) -> event.data() instanceof UserEvent e
                        ? ViewFold.apply(before, e, new TenantId(event.tenant()), event.sequence())
                        : before);
    }

    private interface Read<S> {
        Course<S> from(Connection connection) throws SQLException;
    }

    private <S> Course<S> course(Read<S> read) {
        Course<S> course = jdbc.execute((ConnectionCallback<Course<S>>) read::from);
        if (course == null) {
            throw new IllegalStateException("no course");
        }
        return course;
    }
}
