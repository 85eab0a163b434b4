package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Logs.Entry;
import io.keyledger.verifier.Logs.Issued;
import io.keyledger.verifier.Verdict.Code;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties over random logs; the seed of a failure is in its name. */
class KeyViewTest {
    private static final int LENGTH = 60;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    private static List<Issued> keys() {
        return Stream.generate(Issued::make).limit(5).toList();
    }

    private static Code verdict(KeyView view, Issued key) {
        return view.verify(key.key(), Ask.of(null), Logs.NOON, Standing.LIVE).code();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void redelivery_never_changes_a_verdict(long seed) {
        Random random = new Random(seed);
        List<Issued> keys = keys();
        List<Entry> log = Logs.random(random, keys, LENGTH);
        KeyView once = Logs.view();
        KeyView often = Logs.view();
        for (int i = 0; i < log.size(); i++) {
            once.apply(log.get(i).at(), log.get(i).record());
            // Any stretch of what was there before may come again before the next one does.
            int from = random.nextInt(i + 1);
            log.subList(from, i + 1).forEach(e -> often.apply(e.at(), e.record()));
            assertThat(often.contents()).isEqualTo(once.contents());
            keys.forEach(k -> assertThat(verdict(often, k)).isEqualTo(verdict(once, k)));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Row({"S1-60", "S2-23", "S3-24"})
    void nothing_is_granted_after_an_end_whatever_comes_later_or_again(long seed) {
        Random random = new Random(seed);
        List<Issued> keys = keys();
        List<Entry> log = Logs.random(random, keys, LENGTH);
        KeyView view = Logs.view();
        Set<Issued> ended = new HashSet<>();
        for (int i = 0; i < log.size(); i++) {
            Entry e = log.get(i);
            view.apply(e.at(), e.record());
            keys.stream()
                    .filter(k -> k.id().equals(e.record().credentialId()))
                    .filter(_ -> e.record().state().terminal())
                    .forEach(ended::add);
            if (random.nextInt(5) == 0) {
                // The log is lost and written anew from an older copy: old records at new places.
                view.restarted(Topics.CREDENTIALS, e.at().partition());
                Entry old = log.get(random.nextInt(i + 1));
                view.apply(new Position(Topics.CREDENTIALS, e.at().partition(), random.nextInt(9)), old.record());
                view.forget(
                        new Position(Topics.CREDENTIALS, e.at().partition(), 100 + random.nextInt(9)),
                        old.record().credentialId());
                view.restarted(Topics.CREDENTIALS, e.at().partition());
            }
            ended.forEach(k ->
                    assertThat(verdict(view, k)).isNotEqualTo(Code.ACCEPTED).isNotEqualTo(Code.UNKNOWN));
        }
        assertThat(ended).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_prefix_and_a_tail_that_overlaps_it_are_the_whole_log(long seed) {
        Random random = new Random(seed);
        List<Entry> log = Logs.random(random, keys(), LENGTH);
        KeyView whole = Logs.view();
        log.forEach(e -> whole.apply(e.at(), e.record()));
        int cut = random.nextInt(LENGTH);
        int back = random.nextInt(cut + 1);
        KeyView parts = Logs.view();
        log.subList(0, cut).forEach(e -> parts.apply(e.at(), e.record()));
        log.subList(back, LENGTH).forEach(e -> parts.apply(e.at(), e.record()));
        assertThat(parts.contents()).isEqualTo(whole.contents());
        IntStream.range(0, 3)
                .forEach(p -> assertThat(parts.applied(Topics.CREDENTIALS, p))
                        .isEqualTo(whole.applied(Topics.CREDENTIALS, p)));
    }

    @Test
    void of_two_records_of_one_credential_the_higher_revision_wins_in_either_order() {
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(2, State.SUSPENDED, null, false));
        view.apply(new Position(Topics.CREDENTIALS, 0, 1), key.record(1, State.ACTIVE, null, false));
        assertThat(verdict(view, key)).isEqualTo(Code.SUSPENDED);
        view.apply(new Position(Topics.CREDENTIALS, 0, 2), key.record(3, State.ACTIVE, null, false));
        assertThat(verdict(view, key)).isEqualTo(Code.ACCEPTED);
    }

    @Test
    @Row({"S2-03"})
    void an_unknown_key_and_one_with_another_secret_are_refused() {
        Issued key = Issued.make();
        Issued other = Issued.make();
        KeyView view = Logs.view();
        assertThat(verdict(view, key)).isEqualTo(Code.UNKNOWN);
        // The record of one key under the id of the other: same id, another secret.
        view.apply(
                new Position(Topics.CREDENTIALS, 0, 0),
                new Issued(other.key(), key.keyId(), key.id()).record(1, State.ACTIVE, null, false));
        assertThat(verdict(view, key)).isEqualTo(Code.MISMATCH);
    }

    @Test
    void a_key_ends_at_its_end_exclusive() {
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(
                new Position(Topics.CREDENTIALS, 0, 0), key.record(1, State.ACTIVE, Logs.NOON.plusSeconds(1), false));
        assertThat(verdict(view, key)).isEqualTo(Code.ACCEPTED);
        assertThat(view.verify(key.key(), Ask.of(null), Logs.NOON.plusSeconds(1), Standing.LIVE)
                        .code())
                .isEqualTo(Code.EXPIRED);
    }

    @Test
    void without_a_lease_strict_keys_are_refused_and_others_go_on_until_the_view_is_stale() {
        Issued strict = Issued.make();
        Issued available = Issued.make();
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), strict.record(1, State.ACTIVE, null, true));
        view.apply(new Position(Topics.CREDENTIALS, 0, 1), available.record(1, State.ACTIVE, null, false));
        assertThat(view.verify(strict.key(), Ask.of(null), Logs.NOON, Standing.LIVE)
                        .accepted())
                .isTrue();
        assertThat(view.verify(strict.key(), Ask.of(null), Logs.NOON, Standing.LAPSED)
                        .code())
                .isEqualTo(Code.STALE);
        assertThat(view.verify(available.key(), Ask.of(null), Logs.NOON, Standing.LAPSED)
                        .accepted())
                .isTrue();
        assertThat(view.verify(available.key(), Ask.of(null), Logs.NOON, Standing.STALE)
                        .code())
                .isEqualTo(Code.STALE);
        assertThat(view.verify(available.key(), Ask.of(null), Logs.NOON, Standing.STARTING)
                        .code())
                .isEqualTo(Code.STARTING);
    }

    @Test
    void the_tenant_switch_refuses_all_but_bootstrap_keys_and_so_does_a_tenant_that_is_not_known() {
        Issued key = Issued.make();
        KeyView view = new KeyView(Logs.PEPPERS);
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, State.ACTIVE, null, false));
        assertThat(verdict(view, key)).isEqualTo(Code.DISABLED);
        view.apply(new Position(Topics.PRINCIPALS, 0, 0), Logs.tenant(1, true));
        assertThat(verdict(view, key)).isEqualTo(Code.ACCEPTED);
        view.apply(new Position(Topics.PRINCIPALS, 0, 1), Logs.tenant(2, false));
        assertThat(verdict(view, key)).isEqualTo(Code.DISABLED);
        view.apply(new Position(Topics.PRINCIPALS, 0, 2), Logs.tenant(1, true));
        assertThat(verdict(view, key)).isEqualTo(Code.DISABLED);
    }

    private static KeyView viewOf(CredentialRecord record, PrincipalRecord... people) {
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), record);
        for (int i = 0; i < people.length; i++) {
            view.apply(new Position(Topics.PRINCIPALS, 0, i + 1), people[i]);
        }
        return view;
    }

    @Test
    void keys_of_a_disabled_person_are_refused_whatever_their_kind_until_the_person_is_enabled() {
        for (KeyKind kind : new KeyKind[] {KeyKind.KEY, KeyKind.PERSONAL}) {
            Issued key = Issued.make();
            KeyView view =
                    viewOf(key.record(kind, Scope.READ_WRITE), Logs.alice(TenantId.DEFAULT, 5, false, Scope.ADMIN));
            assertThat(verdict(view, key)).isEqualTo(Code.DISABLED);
            // An older record, late: it changes nothing.
            view.apply(new Position(Topics.PRINCIPALS, 0, 2), Logs.alice(TenantId.DEFAULT, 4, true, Scope.ADMIN));
            assertThat(verdict(view, key)).isEqualTo(Code.DISABLED);
            view.apply(new Position(Topics.PRINCIPALS, 0, 3), Logs.alice(TenantId.DEFAULT, 6, true, Scope.ADMIN));
            assertThat(verdict(view, key)).isEqualTo(Code.ACCEPTED);
        }
    }

    @Test
    void an_owner_that_is_no_person_here_is_no_restriction_but_for_personal_tokens() {
        Issued key = Issued.make();
        assertThat(verdict(viewOf(key.record(KeyKind.KEY, Scope.READ_WRITE)), key))
                .isEqualTo(Code.ACCEPTED);
        assertThat(verdict(viewOf(key.record(KeyKind.PERSONAL, Scope.READ_WRITE)), key))
                .isEqualTo(Code.DISABLED);
        // The same id in another tenant is another person.
        PrincipalRecord elsewhere = Logs.alice(new TenantId("t_other"), 1, false, Scope.ADMIN);
        assertThat(verdict(viewOf(key.record(KeyKind.KEY, Scope.READ_WRITE), elsewhere), key))
                .isEqualTo(Code.ACCEPTED);
    }

    @Test
    @Row({"S4-35", "S4-36", "S4-37", "S4-44", "S4-45"})
    void a_personal_token_does_what_both_its_scope_and_its_owner_may_do_at_this_moment() {
        Issued key = Issued.make();
        KeyView view = viewOf(
                key.record(KeyKind.PERSONAL, Scope.ADMIN), Logs.alice(TenantId.DEFAULT, 2, true, Scope.READ_ONLY));
        assertThat(ask(view, key, "objects:read")).isEqualTo(Code.ACCEPTED);
        assertThat(ask(view, key, "objects:write")).isEqualTo(Code.FORBIDDEN);
        // A right that the owner is given widens the token, one that is taken narrows it.
        view.apply(new Position(Topics.PRINCIPALS, 0, 2), Logs.alice(TenantId.DEFAULT, 3, true, Scope.ADMIN));
        assertThat(ask(view, key, "settings:write")).isEqualTo(Code.ACCEPTED);
        view.apply(new Position(Topics.PRINCIPALS, 0, 3), Logs.alice(TenantId.DEFAULT, 4, true, Scope.READ_WRITE));
        assertThat(ask(view, key, "settings:write")).isEqualTo(Code.FORBIDDEN);
        assertThat(ask(view, key, "objects:write")).isEqualTo(Code.ACCEPTED);
        view.apply(new Position(Topics.PRINCIPALS, 0, 4), Logs.alice(TenantId.DEFAULT, 5, true, null));
        assertThat(ask(view, key, "objects:read")).isEqualTo(Code.FORBIDDEN);

        Issued narrow = Issued.make();
        KeyView wide = viewOf(
                narrow.record(KeyKind.PERSONAL, Scope.READ_ONLY), Logs.alice(TenantId.DEFAULT, 2, true, Scope.ADMIN));
        assertThat(ask(wide, narrow, "objects:read")).isEqualTo(Code.ACCEPTED);
        assertThat(ask(wide, narrow, "objects:write")).isEqualTo(Code.FORBIDDEN);
    }

    @Test
    @Row("S4-52")
    void a_key_that_is_not_personal_does_what_its_scope_says_whoever_owns_it() {
        Issued key = Issued.make();
        KeyView view = viewOf(
                key.record(KeyKind.KEY, Scope.READ_WRITE), Logs.alice(TenantId.DEFAULT, 2, true, Scope.READ_ONLY));
        assertThat(ask(view, key, "objects:write")).isEqualTo(Code.ACCEPTED);
    }

    @Test
    void the_view_tells_what_it_knows_of_people_and_tenants() {
        KeyView view = Logs.view();
        assertThat(view.person(Logs.ALICE)).isEmpty();
        PrincipalRecord alice = Logs.alice(TenantId.DEFAULT, 2, true, Scope.ADMIN);
        view.apply(new Position(Topics.PRINCIPALS, 0, 1), alice);
        assertThat(view.person(Logs.ALICE)).contains(alice);
        assertThat(view.tenant(TenantId.DEFAULT)).contains(Logs.tenant(1, true));
        // Of a kind that is not known yet: passed over, and the position moves on.
        view.apply(
                new Position(Topics.PRINCIPALS, 0, 2),
                new PrincipalRecord("group:grp_x", TenantId.DEFAULT, 9, false, null, null, null, null, null));
        assertThat(view.tenant(TenantId.DEFAULT)).contains(Logs.tenant(1, true));
        assertThat(view.applied(Topics.PRINCIPALS, 0)).isEqualTo(3);
    }

    private static Code ask(KeyView view, Issued key, String permission) {
        return view.verify(key.key(), Ask.of(permission), Logs.NOON, Standing.LIVE)
                .code();
    }

    @Test
    @Row({"S1-34"})
    void a_permission_outside_the_scope_is_forbidden() {
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, State.ACTIVE, null, false));
        assertThat(view.verify(key.key(), Ask.of("sync:execute"), Logs.NOON, Standing.LIVE)
                        .accepted())
                .isTrue();
        assertThat(view.verify(key.key(), Ask.of("settings:write"), Logs.NOON, Standing.LIVE)
                        .code())
                .isEqualTo(Code.FORBIDDEN);
    }

    @Test
    void a_verdict_that_is_asked_for_again_knows_what_the_view_has_learnt_meanwhile() {
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, State.ACTIVE, null, false));
        Verdict before = view.verify(key.key(), Ask.of(null), Logs.NOON, Standing.LIVE);
        assertThat(view.again(before, Ask.of(null), Logs.NOON, Standing.LIVE).accepted())
                .isTrue();
        view.apply(new Position(Topics.CREDENTIALS, 0, 1), key.record(2, State.REVOKED, null, false));
        assertThat(view.again(before, Ask.of(null), Logs.NOON, Standing.LIVE).code())
                .isEqualTo(Code.REVOKED);
    }

    @Test
    void readers_beside_the_writer_never_see_a_revoked_key_accepted() throws InterruptedException {
        List<Issued> keys = Stream.generate(Issued::make).limit(50).toList();
        KeyView view = Logs.view();
        for (int i = 0; i < keys.size(); i++) {
            view.apply(new Position(Topics.CREDENTIALS, 0, i), keys.get(i).record(1, State.ACTIVE, null, false));
        }
        int[] revoked = {0};
        AtomicBoolean wrong = new AtomicBoolean();
        Object lock = new Object();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (true) {
                int known;
                synchronized (lock) {
                    known = revoked[0];
                }
                for (int i = 0; i < known; i++) {
                    wrong.compareAndSet(false, verdict(view, keys.get(i)) != Code.REVOKED);
                }
                if (known == keys.size()) {
                    return;
                }
            }
        });
        for (int i = 0; i < keys.size(); i++) {
            view.apply(
                    new Position(Topics.CREDENTIALS, 0, keys.size() + i),
                    keys.get(i).record(2, State.REVOKED, null, false));
            synchronized (lock) {
                revoked[0] = i + 1;
            }
        }
        reader.join();
        assertThat(wrong).isFalse();
    }

    @Test
    @Row({"S1-73"})
    void neither_a_credential_nor_a_verdict_shows_a_verifier_or_a_secret() {
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, State.ACTIVE, null, false));
        Verdict verdict = view.verify(key.key(), Ask.of(null), Logs.NOON, Standing.LIVE);
        String secret = key.key().reveal().substring(key.key().publicPart().length());
        assertThat(verdict.toString() + key.key())
                .contains(key.id().value())
                .doesNotContain(secret)
                .doesNotContain(key.record(1, State.ACTIVE, null, false).verifier());
    }
}
