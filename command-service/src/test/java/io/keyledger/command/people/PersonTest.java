package io.keyledger.command.people;

import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.people.PersonCommand.Around;
import io.keyledger.command.people.PersonCommand.ChangePassword;
import io.keyledger.command.people.PersonCommand.ChangeProfile;
import io.keyledger.command.people.PersonCommand.Create;
import io.keyledger.command.people.PersonCommand.Disable;
import io.keyledger.command.people.PersonCommand.Enable;
import io.keyledger.command.people.PersonCommand.Erase;
import io.keyledger.command.people.PersonCommand.ExtendAccess;
import io.keyledger.command.people.PersonCommand.SetRoles;
import io.keyledger.command.people.PersonCommand.SignIn;
import io.keyledger.command.people.PersonCommand.SignOut;
import io.keyledger.events.OwnerId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.RoleGranted;
import io.keyledger.events.UserEvent.RoleWithdrawn;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserAccessEnded;
import io.keyledger.events.UserEvent.UserAccessExtended;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.events.UserEvent.UserUpdated;
import io.keyledger.events.access.Role;
import io.keyledger.requirements.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PersonTest {
    private static final OwnerId ALICE = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final String SIGN_IN = "sin_01JDA7T3Y9W8Q6V5N4M3K2H1G0";
    private static final Profile PROFILE = new Profile("alice", "Alice", "alice@example.org", null, null);
    private static final Around OTHERS = new Around(true, PROFILE);
    private static final Around ALONE = new Around(false, PROFILE);

    private static UserCreated created(String... roles) {
        return new UserCreated(ALICE, "local", List.of(roles), null);
    }

    private static UserCreated support(Instant end) {
        return new UserCreated(ALICE, "support", List.of("auditor"), end);
    }

    private static Person after(UserEvent... events) {
        return Person.evolve(new Person.Absent(), List.of(events));
    }

    private static List<UserEvent> decide(PersonCommand command, Person person, Around around) {
        return command.decide(person, around, NOON);
    }

    private static Create create(@Nullable Instant end, Role... roles) {
        return new Create(ALICE, "local", Set.of(roles), end, PROFILE, "hash");
    }

    @Test
    void a_person_is_created_with_roles_and_the_event_names_nobody() {
        assertThat(decide(create(null, Role.DEVELOPER, Role.VIEWER), after(), OTHERS))
                .containsExactly(new UserCreated(ALICE, "local", List.of("viewer", "developer"), null));
        assertThat(refusal(() -> decide(create(null), after(created()), OTHERS)))
                .isEqualTo(new Refusal.Conflict());
    }

    @Row("S4-38")
    @Test
    void access_for_a_time_ends_in_the_future() {
        Instant end = NOON.plusSeconds(1);
        assertThat(decide(create(end), after(), OTHERS))
                .containsExactly(new UserCreated(ALICE, "local", List.of(), end));
        assertThat(refusal(() -> decide(create(NOON), after(), OTHERS)))
                .isEqualTo(new Refusal.InvalidValue("accessEndsAt", "in the future"));
    }

    @Row({"S3-10", "S3-11"})
    @Test
    void roles_are_set_as_a_whole_and_each_that_comes_or_goes_is_a_fact() {
        Person person = after(created("viewer", "tenant-admin"));
        assertThat(decide(new SetRoles(ALICE, Set.of(Role.DEVELOPER, Role.TENANT_ADMIN)), person, ALONE))
                .containsExactly(new RoleWithdrawn(ALICE, "viewer"), new RoleGranted(ALICE, "developer"));
        assertThat(decide(new SetRoles(ALICE, Set.of(Role.VIEWER, Role.TENANT_ADMIN)), person, ALONE))
                .isEmpty();
        assertThat(decide(new SetRoles(ALICE, Set.of()), after(created("viewer")), ALONE))
                .containsExactly(new RoleWithdrawn(ALICE, "viewer"));
    }

    @Test
    void the_last_tenant_admin_neither_loses_the_role_nor_is_disabled() {
        Person admin = after(created("tenant-admin"));
        assertThat(refusal(() -> decide(new SetRoles(ALICE, Set.of(Role.VIEWER)), admin, ALONE)))
                .isEqualTo(new Refusal.LastTenantAdmin());
        assertThat(refusal(() -> decide(new Disable(ALICE, null), admin, ALONE)))
                .isEqualTo(new Refusal.LastTenantAdmin());
        assertThat(decide(new SetRoles(ALICE, Set.of()), admin, OTHERS)).hasSize(1);
        assertThat(decide(new Disable(ALICE, null), admin, OTHERS)).hasSize(1);
        // Who is out already, or only there for a time, was none that counts.
        assertThat(decide(
                        new SetRoles(ALICE, Set.of()),
                        after(created("tenant-admin"), new UserDisabled(ALICE, null)),
                        ALONE))
                .hasSize(1);
        assertThat(new SetRoles(ALICE, Set.of(Role.TENANT_ADMIN)).mayTakeAdmin())
                .isFalse();
        assertThat(new SetRoles(ALICE, Set.of()).mayTakeAdmin()).isTrue();
        assertThat(new Disable(ALICE, null).mayTakeAdmin()).isTrue();
    }

    @Test
    void a_person_is_disabled_once_and_enabled_once() {
        Person in = after(created());
        Person out = after(created(), new UserDisabled(ALICE, "left"));
        assertThat(decide(new Disable(ALICE, "left"), in, OTHERS)).containsExactly(new UserDisabled(ALICE, "left"));
        assertThat(refusal(() -> decide(new Disable(ALICE, null), out, OTHERS)))
                .isEqualTo(new Refusal.AlreadyDisabled());
        assertThat(decide(new Enable(ALICE), out, OTHERS)).containsExactly(new UserEnabled(ALICE));
        assertThat(refusal(() -> decide(new Enable(ALICE), in, OTHERS))).isEqualTo(new Refusal.NotDisabled());
    }

    @Test
    void the_end_of_access_moves_until_it_has_come() {
        Instant later = NOON.plusSeconds(60);
        ExtendAccess extend = new ExtendAccess(ALICE, later);
        Person support = after(support(NOON.plusSeconds(1)));
        UserAccessExtended extended = new UserAccessExtended(ALICE, later);
        assertThat(decide(extend, support, OTHERS)).containsExactly(extended);
        Person moved = Person.evolve(support, extended);
        assertThat(Person.dueAt(moved)).isEqualTo(later);
        assertThat(Person.overdue(moved, later.minusNanos(1))).isEmpty();
        assertThat(Person.overdue(moved, later)).containsExactly(new UserAccessEnded(ALICE, later));
        assertThat(decide(extend, moved, OTHERS)).isEmpty();
        assertThat(refusal(() -> decide(new ExtendAccess(ALICE, NOON), support, OTHERS)))
                .isEqualTo(new Refusal.InvalidValue("accessEndsAt", "in the future"));
        assertThat(refusal(() -> decide(extend, after(created()), OTHERS))).isInstanceOf(Refusal.InvalidValue.class);
        Person over = after(support(NOON), new UserAccessEnded(ALICE, NOON));
        assertThat(refusal(() -> decide(extend, over, OTHERS))).isEqualTo(new Refusal.AccessEnded(NOON));
        assertThat(Person.evolve(over, extended)).isEqualTo(over);
    }

    @Row("S4-39")
    @Test
    void access_that_is_over_stays_over_though_nobody_acts() {
        Person person = after(support(NOON));
        assertThat(Person.dueAt(person)).isEqualTo(NOON);
        assertThat(Person.overdue(person, NOON.minusNanos(1))).isEmpty();
        List<UserEvent> ended = Person.overdue(person, NOON);
        assertThat(ended).containsExactly(new UserAccessEnded(ALICE, NOON));
        Person over = Person.evolve(person, ended);
        assertThat(Person.overdue(over, NOON)).isEmpty();
        assertThat(Person.dueAt(over)).isNull();
        assertThat(Person.known(over).enabled()).isFalse();
        assertThat(refusal(() -> decide(new Enable(ALICE), over, OTHERS))).isEqualTo(new Refusal.AccessEnded(NOON));
        assertThat(refusal(() -> decide(new SignIn(ALICE, "password", SIGN_IN, null, null), over, OTHERS)))
                .isEqualTo(new Refusal.SignInFailed());
        assertThat(Person.known(Person.evolve(over, new UserEnabled(ALICE))).enabled())
                .isFalse();
    }

    @Test
    void only_who_is_let_in_signs_in_and_no_event_says_from_where() {
        SignIn signIn = new SignIn(ALICE, "password", SIGN_IN, "203.0.113.7", "Mozilla/5.0");
        assertThat(decide(signIn, after(created()), OTHERS))
                .containsExactly(new SignedIn(ALICE, "password", null, null, SIGN_IN));
        assertThat(refusal(() -> decide(signIn, after(created(), new UserDisabled(ALICE, null)), OTHERS)))
                .isEqualTo(new Refusal.SignInFailed());
        assertThat(decide(new SignOut(ALICE), after(created()), OTHERS)).containsExactly(new SignedOut(ALICE));
    }

    @Test
    void a_change_of_the_profile_names_the_fields_and_not_what_they_hold() {
        Profile other = new Profile("alice2", "Alice", null, null, null);
        assertThat(decide(new ChangeProfile(ALICE, other), after(created()), OTHERS))
                .containsExactly(new UserUpdated(ALICE, List.of("email", "login")));
        assertThat(decide(new ChangeProfile(ALICE, PROFILE), after(created()), OTHERS))
                .isEmpty();
    }

    @Test
    void a_password_is_kept_only_for_those_who_sign_in_here() {
        ChangePassword change = new ChangePassword(ALICE, "$argon2id$secret");
        assertThat(decide(change, after(created()), OTHERS))
                .containsExactly(new UserUpdated(ALICE, List.of("password")));
        Person elsewhere = after(new UserCreated(ALICE, "oidc", List.of(), null));
        assertThat(refusal(() -> decide(change, elsewhere, OTHERS))).isInstanceOf(Refusal.InvalidValue.class);
    }

    @Test
    void a_person_is_erased_once_for_a_word_and_the_event_names_nobody() {
        Erase erase = new Erase(ALICE, ErasureReason.REQUESTED);
        assertThat(decide(erase, after(created("viewer")), ALONE)).containsExactly(new UserErased(ALICE, "requested"));
        assertThat(decide(erase, after(created(), new UserErased(ALICE, "left")), ALONE))
                .isEmpty();
        assertThat(refusal(() -> decide(erase, after(created("tenant-admin")), ALONE)))
                .isEqualTo(new Refusal.LastTenantAdmin());
        assertThat(erase.mayTakeAdmin()).isTrue();
    }

    @Test
    void nothing_is_done_with_somebody_who_was_erased_but_to_refuse_them() {
        Person erased = after(support(NOON.plusSeconds(9)), new UserErased(ALICE, "left"));
        Person.Known known = Person.known(erased);
        assertThat(known.enabled()).isFalse();
        assertThat(known.roles()).isEmpty();
        assertThat(Person.dueAt(erased)).isNull();
        assertThat(Person.overdue(erased, NOON.plusSeconds(10))).isEmpty();
        for (PersonCommand command : List.of(
                new SetRoles(ALICE, Set.of(Role.VIEWER)),
                new Disable(ALICE, null),
                new Enable(ALICE),
                new ExtendAccess(ALICE, NOON.plusSeconds(60)),
                new ChangeProfile(ALICE, PROFILE),
                new ChangePassword(ALICE, "hash"))) {
            assertThat(refusal(() -> decide(command, erased, OTHERS))).isEqualTo(new Refusal.Erased());
        }
        assertThat(refusal(() -> decide(new SignIn(ALICE, "password", SIGN_IN, null, null), erased, OTHERS)))
                .isEqualTo(new Refusal.SignInFailed());
        assertThat(decide(new SignOut(ALICE), erased, OTHERS)).isEmpty();
        for (UserEvent event : List.of(
                new UserEnabled(ALICE),
                new RoleGranted(ALICE, "tenant-admin"),
                new UserAccessExtended(ALICE, NOON.plusSeconds(60)))) {
            assertThat(Person.evolve(erased, event)).isEqualTo(erased);
        }
    }

    @Test
    void nothing_can_be_done_with_nobody() {
        for (PersonCommand command : List.of(
                new SetRoles(ALICE, Set.of()),
                new Disable(ALICE, null),
                new Enable(ALICE),
                new Erase(ALICE, ErasureReason.REQUESTED),
                new SignIn(ALICE, "password", SIGN_IN, null, null),
                new SignOut(ALICE),
                new ChangeProfile(ALICE, PROFILE),
                new ChangePassword(ALICE, "hash"))) {
            assertThat(refusal(() -> decide(command, after(), OTHERS))).isEqualTo(new Refusal.NoSuchUser());
        }
    }

    @Test
    void no_command_shows_who_it_is_about_or_what_their_password_is() {
        assertThat(create(null).toString()
                        + new ChangeProfile(ALICE, PROFILE)
                        + new ChangePassword(ALICE, "$argon2id$x")
                        + new SignIn(ALICE, "password", SIGN_IN, "alice-address", "alice-agent")
                        + PROFILE)
                .doesNotContain("alice", "Alice", "hash", "argon2id");
    }

    /** Any events in any order: the fold is total, and nobody comes back from the end. */
    @Test
    void whatever_follows_the_end_of_access_nobody_comes_back() {
        for (int seed = 0; seed < 200; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            List<UserEvent> log = new ArrayList<>(List.of(support(NOON), new UserAccessEnded(ALICE, NOON)));
            for (int i = 0; i < 20; i++) {
                log.add(
                        switch (random.nextInt(8)) {
                            case 0 -> created("tenant-admin");
                            case 1 -> new UserDisabled(ALICE, null);
                            case 2 -> new UserEnabled(ALICE);
                            case 3 -> new RoleGranted(ALICE, "developer");
                            case 4 -> new RoleWithdrawn(ALICE, "auditor");
                            case 5 -> new SignedIn(ALICE, "oidc", null, null, SIGN_IN);
                            case 6 -> new RoleGranted(ALICE, "emperor");
                            default -> new UserUpdated(ALICE, List.of("email"));
                        });
                assertThat(Person.known(Person.evolve(new Person.Absent(), log)).enabled())
                        .as("seed %d", seed)
                        .isFalse();
            }
        }
    }
}
