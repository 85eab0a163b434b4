package io.keyledger.command.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anything;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasToString;
import static org.hamcrest.Matchers.instanceOf;

import io.keyledger.command.key.Done;
import io.keyledger.command.key.Keys;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.people.Person.Known;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.UserAccessEnded;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.access.Role;
import io.keyledger.requirements.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.aggregate.TestExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** The shell around the decisions: what it gives them, what it writes with their events, and by whose name. */
class PersonAggregateTest {
    private static final Instant NOON = Keys.NOON;
    private static final OwnerId ALICE = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final TenantId ACME = new TenantId("t_acme");
    private static final Profile PROFILE = new Profile("alice", "Alice", null, null, null);
    private static final Map<String, Object> BY_BOB =
            Map.of("tenant", ACME.value(), "authtype", "user", "authid", "usr_bob");

    private final Rows rows = new Rows();
    private final AggregateTestFixture<PersonAggregate> fixture = new AggregateTestFixture<>(PersonAggregate.class);

    /** The table's rows in memory; what of them only PostgreSQL can tell is for the tests that have one. */
    private static final class Rows extends PersonTable {
        private final Map<OwnerId, PersonRow> rows = new HashMap<>();
        private final Map<OwnerId, String> hashes = new HashMap<>();
        private final List<PersonCommand.SignIn> signIns = new ArrayList<>();
        private final List<OwnerId> erased = new ArrayList<>();
        private boolean otherAdmins;

        Rows() {
            super(new JdbcTemplate(NOWHERE), new DataSourceTransactionManager(NOWHERE));
        }

        @Override
        boolean otherAdmins(TenantId tenant, OwnerId but) {
            return otherAdmins;
        }

        @Override
        void insert(TenantId tenant, Known person, Profile profile, Instant now) {
            put(person, profile, null);
        }

        @Override
        void update(Known before, Known after, @Nullable Instant signedInAt) {
            put(after, PROFILE, signedInAt);
        }

        @Override
        void update(OwnerId userId, Profile profile) {
            PersonRow row = Objects.requireNonNull(rows.get(userId));
            rows.put(
                    userId,
                    new PersonRow(userId, profile, row.origin(), row.roles(), row.enabled(), null, NOON, null, null));
        }

        @Override
        void keep(OwnerId userId, String hash, Instant now) {
            hashes.put(userId, hash);
        }

        @Override
        void keep(TenantId tenant, PersonCommand.SignIn signIn, Instant now) {
            signIns.add(signIn);
        }

        @Override
        void erase(TenantId tenant, OwnerId userId, Instant now) {
            erased.add(userId);
        }

        @Override
        public Optional<PersonRow> find(TenantId tenant, OwnerId userId) {
            return Optional.ofNullable(rows.get(userId));
        }

        private void put(Known person, Profile profile, @Nullable Instant signedInAt) {
            rows.put(
                    person.userId(),
                    new PersonRow(
                            person.userId(),
                            profile,
                            person.origin(),
                            person.roles(),
                            person.enabled(),
                            person.accessEndsAt(),
                            NOON,
                            signedInAt,
                            null));
        }
    }

    private static final AbstractDataSource NOWHERE = new AbstractDataSource() {
        @Override
        public java.sql.Connection getConnection() {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.sql.Connection getConnection(String username, String password) {
            throw new UnsupportedOperationException();
        }
    };

    @BeforeEach
    void wire() {
        fixture.registerInjectableResource(rows);
        fixture.registerInjectableResource(Clock.fixed(NOON, ZoneOffset.UTC));
        fixture.registerCommandTargetResolver(new PersonCommands().personCommandTarget());
        // As the service does: an event knows the tenant of the command behind it.
        fixture.registerCommandHandlerInterceptor(new CorrelationDataInterceptor<>(
                new SimpleCorrelationDataProvider("tenant", "authtype", "authid", "requestId")));
        fixture.givenCurrentTime(NOON);
    }

    private TestExecutor<PersonAggregate> given(Object event) {
        rows.put(Person.known(Person.evolve(new Person.Absent(), (UserEvent) event)), PROFILE, null);
        // Whatever is known of an event besides itself, such as the tenant, is in its metadata.
        return fixture.given(new GenericEventMessage<>(event, Map.of("tenant", ACME.value())));
    }

    private ResultValidator<PersonAggregate> send(TestExecutor<PersonAggregate> given, PersonCommand command) {
        return given.when(message(command, BY_BOB));
    }

    private static GenericCommandMessage<PersonCommand> message(PersonCommand command, Map<String, Object> metaData) {
        return new GenericCommandMessage<>(new GenericMessage<>(command, metaData), PersonCommands.name(command));
    }

    private static UserCreated created(String... roles) {
        return new UserCreated(ALICE, "local", List.of(roles), null);
    }

    @Test
    void a_created_person_has_a_row_and_a_hash_and_an_event_without_either() {
        send(
                        fixture.givenNoPriorActivity(),
                        new PersonCommand.Create(ALICE, "local", Set.of(Role.VIEWER), null, PROFILE, "the-hash"))
                .expectEvents(created("viewer"));
        assertThat(rows.rows).containsKey(ALICE);
        assertThat(rows.hashes).containsEntry(ALICE, "the-hash");
    }

    @Test
    void a_person_of_another_tenant_is_not_there() {
        given(created("viewer"))
                .when(message(new PersonCommand.Disable(ALICE, null), Map.of("tenant", "t_other")))
                .expectNoEvents()
                .expectException(hasToString(containsString("NoSuchUser")));
    }

    @Test
    void whether_there_is_another_admin_is_asked_before_the_last_one_goes() {
        rows.otherAdmins = false;
        send(given(created("tenant-admin")), new PersonCommand.Disable(ALICE, null))
                .expectNoEvents()
                .expectException(hasToString(containsString(new Refusal.LastTenantAdmin().toString())));
    }

    @Test
    void an_admin_goes_when_there_is_another_one() {
        rows.otherAdmins = true;
        send(given(created("tenant-admin")), new PersonCommand.SetRoles(ALICE, Set.of()))
                .expectEvents(new RoleWithdrawn(ALICE, "tenant-admin"));
    }

    @Row("S4-39")
    @Test
    void what_time_has_done_comes_first_and_is_nobodys_doing() {
        UserCreated support = new UserCreated(ALICE, "support", List.of("viewer"), NOON.minusSeconds(1));
        send(given(support), new PersonCommand.Settle(ALICE))
                .expectEvents(new UserAccessEnded(ALICE, NOON.minusSeconds(1)));
        assertThat(Objects.requireNonNull(rows.rows.get(ALICE)).enabled()).isFalse();
    }

    @Test
    void whose_time_is_over_does_not_sign_in_though_no_event_has_said_so() {
        UserCreated support = new UserCreated(ALICE, "support", List.of("viewer"), NOON.minusSeconds(1));
        send(given(support), new PersonCommand.SignIn(ALICE, "password", "sin_1", "203.0.113.7", "Mozilla/5.0"))
                .expectException(hasToString(containsString("SignInFailed")));
    }

    @Test
    void signing_in_is_remembered_with_its_time_and_the_answer_shows_the_row() {
        send(
                        given(created("viewer")),
                        new PersonCommand.SignIn(ALICE, "password", "sin_1", "203.0.113.7", "Mozilla/5.0"))
                .expectEvents(new SignedIn(ALICE, "password", null, null, "sin_1"))
                .expectResultMessageMatching(anything());
        assertThat(Objects.requireNonNull(rows.rows.get(ALICE)).lastLoginAt()).isEqualTo(NOON);
        assertThat(rows.signIns)
                .containsExactly(new PersonCommand.SignIn(ALICE, "password", "sin_1", "203.0.113.7", "Mozilla/5.0"));
    }

    @Test
    void an_erased_person_is_refused_and_gone_from_the_table_in_one_transaction_once() {
        PersonCommand erase = new PersonCommand.Erase(ALICE, ErasureReason.REQUESTED);
        send(given(created("viewer")), erase).expectEvents(new UserErased(ALICE, "requested"));
        assertThat(rows.erased).containsExactly(ALICE);
        assertThat(Objects.requireNonNull(rows.rows.get(ALICE)).enabled()).isFalse();
    }

    @Test
    void a_password_is_kept_apart() {
        send(given(created("viewer")), new PersonCommand.ChangePassword(ALICE, "another-hash"))
                .expectEvents(new UserUpdated(ALICE, List.of("password")));
        assertThat(rows.hashes).containsEntry(ALICE, "another-hash");
    }

    @Test
    void a_profile_is_kept_in_the_row() {
        Profile other = new Profile("alice", "Alice Liddell", null, null, null);
        send(given(created("viewer")), new PersonCommand.ChangeProfile(ALICE, other))
                .expectEvents(new UserUpdated(ALICE, List.of("displayName")));
        assertThat(Objects.requireNonNull(rows.rows.get(ALICE)).profile()).isEqualTo(other);
    }

    @Test
    void a_disabled_person_is_so_in_the_row_at_once() {
        rows.otherAdmins = true;
        send(given(created("viewer")), new PersonCommand.Disable(ALICE, "left"))
                .expectEvents(new UserDisabled(ALICE, "left"))
                .expectResultMessagePayloadMatching(instanceOf(Done.class));
        assertThat(Objects.requireNonNull(rows.rows.get(ALICE)).enabled()).isFalse();
    }
}
