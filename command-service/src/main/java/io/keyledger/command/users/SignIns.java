package io.keyledger.command.users;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.door.SpooledUses;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.Passwords;
import io.keyledger.command.people.PersonCommand;
import io.keyledger.command.people.PersonRow;
import io.keyledger.command.people.PersonTable;
import io.keyledger.command.people.PersonTable.Candidate;
import io.keyledger.command.people.Profile;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.Ids;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds out whether somebody is who they say. A name that is not known costs the same work and gets the same words as a
 * wrong password; what was tried is written nowhere. Safe from any thread.
 */
@Component
class SignIns {
    private static final int TRIES_A_MINUTE = 10;

    private final Commands commands;
    private final PersonTable table;
    private final Passwords passwords;
    private final SpooledUses uses;
    private final Clock clock;
    private final Tries tries = new Tries(TRIES_A_MINUTE, System::nanoTime);

    SignIns(Commands commands, PersonTable table, Passwords passwords, SpooledUses uses, Clock clock) {
        this.commands = commands;
        this.table = table;
        this.passwords = passwords;
        this.uses = uses;
        this.clock = clock;
    }

    /** Where somebody tries from, and by which request. */
    record From(
            TenantId tenant, @Nullable String ip, @Nullable String userAgent, String requestId) {}

    /** @throws Refused when the login or the password is wrong, or there were too many tries */
    PersonRow byPassword(From from, String login, String password) {
        PersonRow person = checked(
                from,
                "login:" + from.tenant() + "/" + Profile.loginKey(login),
                () -> table.byLogin(from.tenant(), login),
                password);
        return signedIn(from, person, "password");
    }

    /** Whether the one who is signed in is still there: nothing is written of it but a failure. */
    PersonRow again(From from, OwnerId userId, String password) {
        return checked(from, "user:" + userId, () -> table.byId(from.tenant(), userId), password);
    }

    private PersonRow checked(
            From from, String name, java.util.function.Supplier<Optional<Candidate>> who, String password) {
        List<String> names = from.ip() == null ? List.of(name) : List.of(name, "ip:" + from.ip());
        names.forEach(this::take);
        Optional<Candidate> found = who.get();
        boolean right = passwords.matches(password, found.map(Candidate::hash).orElse(null));
        PersonRow person = found.map(Candidate::person).orElse(null);
        if (!right || person == null || !isIn(person)) {
            throw failed(from);
        }
        names.forEach(tries::giveBack);
        return person;
    }

    /**
     * The person whom an identity provider has let in. One who is new gets a place here, and no role: what they may do a
     * tenant-admin says.
     */
    PersonRow byProvider(From from, String issuer, String subject, @Nullable String email, @Nullable String name) {
        PersonRow person = table.bySubject(from.tenant(), issuer, subject)
                .orElseGet(
                        () -> welcome(from, new Profile(null, name == null ? subject : name, email, issuer, subject)));
        if (!isIn(person)) {
            throw failed(from);
        }
        return signedIn(from, person, "oidc");
    }

    void out(From from, OwnerId userId) {
        send(from, userId, new PersonCommand.SignOut(userId));
    }

    private PersonRow welcome(From from, Profile profile) {
        OwnerId userId = Ids.newUserId(clock.instant());
        try {
            send(from, userId, new PersonCommand.Create(userId, Profile.OIDC, Set.of(), null, profile, null));
        } catch (Refused e) {
            if (!(e.refusal() instanceof Refusal.LoginTaken)) {
                throw e;
            }
            // They came twice at the same moment; the other one was first.
        }
        return table.bySubject(from.tenant(), String.valueOf(profile.issuer()), String.valueOf(profile.subject()))
                .orElseThrow(() -> failed(from));
    }

    private PersonRow signedIn(From from, PersonRow person, String method) {
        OwnerId userId = person.userId();
        try {
            String signInId = Ids.newSignInId(clock.instant());
            send(from, userId, new PersonCommand.SignIn(userId, method, signInId, from.ip(), from.userAgent()));
        } catch (Refused e) {
            throw e.refusal() instanceof Refusal.SignInFailed ? failed(from) : e;
        }
        return person;
    }

    private void send(From from, OwnerId userId, PersonCommand command) {
        Origin origin = new Origin(from.tenant(), Actor.user(userId), from.requestId(), null);
        commands.send(command, origin, done -> new Result(200, Map.of(), Await.NOTHING, done.eventId(), false));
    }

    private boolean isIn(PersonRow person) {
        Instant end = person.accessEndsAt();
        return person.enabled() && (end == null || clock.instant().isBefore(end));
    }

    private void take(String name) {
        Duration wait = tries.take(name);
        if (!wait.isZero()) {
            throw new Refused(new Refusal.TooManyTries(wait.toSeconds() + 1));
        }
    }

    private Refused failed(From from) {
        // A tenant that is not there has no audit to write in.
        TenantId in = table.knows(from.tenant()) ? from.tenant() : TenantId.SYSTEM;
        uses.signInFailed(clock.instant(), in, from.ip(), from.userAgent(), from.requestId());
        return new Refused(new Refusal.SignInFailed());
    }
}
