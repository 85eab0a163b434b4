package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.command.ledger.Seal.Head;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.OwnerId;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.UserEvent.SignedIn;
import io.keyledger.events.UserEvent.SignedOut;
import io.keyledger.events.UserEvent.UserCreated;
import io.keyledger.events.UserEvent.UserDisabled;
import io.keyledger.events.UserEvent.UserEnabled;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.000001Z");
    private static final TenantId TENANT = new TenantId("t_acme");

    private static StoredEvent stored(KeyEvent event, long sequence) {
        return new StoredEvent(
                Ids.newEventId(NOW),
                event.keyId().value(),
                sequence,
                NOW,
                TENANT,
                new Actor("user", "usr_alice"),
                "req_1",
                event);
    }

    private static CloudEvent read(LedgerEntry entry) {
        return Objects.requireNonNull(CloudEvent.read(entry.bytes()));
    }

    /** However a log is cut into batches, with whatever is remembered between them, it gives the same ledger. */
    @Test
    void batches_give_the_same_chain_as_one_batch() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<StoredEvent> log = new ArrayList<>();
            List<List<KeyEvent>> keys = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                keys.add(RandomKeyLog.of(random, 8));
            }
            int[] next = new int[5];
            while (log.size() < 40) {
                int key = random.nextInt(5);
                if (next[key] < 8) {
                    log.add(stored(keys.get(key).get(next[key]), ++next[key]));
                }
            }
            Seal whole = new Seal("inst-1", NOW, 0, Map.of(), Map.of());
            log.forEach(whole::add);

            List<LedgerEntry> parts = new ArrayList<>();
            Map<String, CredentialState> view = new HashMap<>();
            Map<String, Head> heads = Map.of();
            Map<TenantId, PrincipalRecord> tenants = Map.of();
            for (int from = 0; from < log.size(); ) {
                int to = Math.min(log.size(), from + random.nextInt(1, 9));
                Seal part = new Seal("inst-1", NOW, from, heads, tenants);
                log.subList(from, to).forEach(part::add);
                parts.addAll(part.entries);
                view.putAll(part.credentials);
                heads = part.heads();
                tenants = part.tenants();
                from = to;
            }
            assertThat(parts)
                    .usingRecursiveFieldByFieldElementComparator()
                    .as("seed %d", seed)
                    .isEqualTo(whole.entries);
            assertThat(view).as("seed %d", seed).isEqualTo(whole.credentials);
            check(parts);
        }
    }

    private static void check(List<LedgerEntry> ledger) {
        Map<String, LedgerEntry> last = new HashMap<>();
        for (int i = 0; i < ledger.size(); i++) {
            LedgerEntry entry = ledger.get(i);
            CloudEvent event = read(entry);
            LedgerEntry before = last.put(entry.source(), entry);
            assertThat(entry.index()).isEqualTo(i);
            assertThat(event.sequence()).isEqualTo(before == null ? 1 : before.sequence() + 1);
            assertThat(event.prevHash())
                    .isEqualTo(before == null ? CloudEvent.GENESIS : CloudEvent.hash(before.bytes()));
            assertThat(entry.hash()).isEqualTo(CloudEvent.hash(entry.bytes()));
            assertThat(event.bytes()).isEqualTo(entry.bytes());
        }
    }

    @Test
    void an_event_that_does_not_follow_is_refused() {
        List<KeyEvent> log = RandomKeyLog.of(new Random(1), 3);
        Seal seal = new Seal("inst-1", NOW, 0, Map.of(), Map.of());
        seal.add(stored(log.get(0), 1));
        StoredEvent third = stored(log.get(2), 3);
        assertThatThrownBy(() -> seal.add(third)).isInstanceOf(IllegalStateException.class);
        StoredEvent again = stored(log.get(0), 1);
        assertThatThrownBy(() -> seal.add(again)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_public_form_names_who_what_and_where() {
        KeyEvent event = RandomKeyLog.of(new Random(2), 1).getFirst();
        Seal seal = new Seal("inst-1", NOW, 5, Map.of(), Map.of());
        StoredEvent stored = stored(event, 1);
        seal.add(stored);
        String json = new String(seal.entries.getFirst().bytes(), StandardCharsets.UTF_8);
        assertThat(json)
                .contains("\"id\":\"" + stored.id() + "\"")
                .contains("\"source\":\"urn:keyledger:inst-1:key:" + event.keyId() + "\"")
                .contains("\"subject\":\"key/" + event.keyId() + "\"")
                .contains("\"partitionkey\":\"" + event.keyId() + "\"")
                .contains("\"authid\":\"usr_alice\"")
                .contains("\"requestId\":\"req_1\"")
                .contains("\"tenantid\":\"t_acme\"");
        assertThat(seal.entries.getFirst().index()).isEqualTo(5);
    }

    @Test
    void settings_and_tenants_have_sources_of_their_own_and_the_tenant_as_partition_key() {
        Seal seal = new Seal("inst-1", NOW, 0, Map.of(), Map.of());
        seal.add(new StoredEvent(
                Ids.newEventId(NOW),
                "tenant:t_acme",
                1,
                NOW,
                TENANT,
                Actor.SYSTEM,
                null,
                new TenantCreated(TENANT, "Acme", "hub-s3")));
        seal.add(new StoredEvent(
                Ids.newEventId(NOW),
                "settings:t_acme",
                1,
                NOW,
                TENANT,
                Actor.SYSTEM,
                null,
                new SettingsChanged("keys", List.of())));
        assertThat(seal.entries)
                .extracting(LedgerEntry::source)
                .containsExactly("urn:keyledger:inst-1:tenant:t_acme", "urn:keyledger:inst-1:settings:t_acme");
        assertThat(seal.entries).extracting(LedgerEntry::partitionKey).containsOnly("t_acme");
        assertThat(seal.entries)
                .extracting(entry -> read(entry).subject())
                .containsExactly("tenant/t_acme", "settings/t_acme");
        assertThat(seal.principals.values()).containsExactly(PrincipalRecord.tenant(TENANT, 1, false));
    }

    @Test
    void the_first_event_of_a_tenant_makes_it_known_to_edges_and_later_ones_do_not() {
        List<KeyEvent> log = RandomKeyLog.of(new Random(3), 2);
        Seal first = new Seal("inst-1", NOW, 4, Map.of(), Map.of());
        first.add(stored(log.get(0), 1));
        assertThat(first.principals.values()).containsExactly(PrincipalRecord.tenant(TENANT, 5, true));
        Seal second = new Seal("inst-1", NOW, 5, first.heads(), first.tenants());
        second.add(stored(log.get(1), 2));
        assertThat(second.principals).isEmpty();
    }

    @Test
    void an_end_is_unconfirmed_until_its_confirmation_is_sealed() {
        KeyEvent created = RandomKeyLog.of(new Random(4), 1).getFirst();
        Seal seal = new Seal("inst-1", NOW, 0, Map.of(), Map.of());
        seal.add(stored(created, 1));
        KeyRevoked revoked = new KeyRevoked(
                created.keyId(), "Name", List.of(), io.keyledger.events.RevocationReason.COMPROMISED, null);
        StoredEvent end = stored(revoked, 2);
        seal.add(end);
        assertThat(seal.unconfirmed).singleElement().satisfies(row -> {
            assertThat(row.eventId()).isEqualTo(end.id());
            assertThat(row.index()).isEqualTo(1);
        });
        seal.add(stored(new RevocationConfirmed(created.keyId(), "Name", end.id(), List.of()), 3));
        assertThat(seal.confirmed).containsExactly(end.id());
    }

    @Test
    void a_person_has_a_source_of_their_own_and_is_known_to_edges_whatever_is_remembered_between_batches() {
        OwnerId alice = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
        List<UserEvent> life = List.of(
                new UserCreated(alice, "local", List.of("viewer"), null),
                new SignedIn(alice, "password", null, null, null),
                new UserDisabled(alice, null));
        Seal seal = new Seal("inst-1", NOW, 0, Map.of(), Map.of());
        for (int i = 0; i < life.size(); i++) {
            seal.add(person(alice, i + 1, life.get(i)));
        }
        assertThat(seal.entries)
                .extracting(LedgerEntry::source)
                .containsOnly("urn:keyledger:inst-1:user:" + alice.value());
        assertThat(seal.entries).extracting(LedgerEntry::partitionKey).containsOnly(alice.value());
        assertThat(seal.entries).extracting(entry -> read(entry).subject()).containsOnly("user/" + alice.value());
        PrincipalRecord out =
                PrincipalRecord.user(alice, TENANT, 3, false, List.of("viewer"), io.keyledger.events.Scope.READ_ONLY);
        assertThat(seal.principals).containsEntry(out.id(), out);

        // From what is remembered of the source alone, the next batch goes on.
        Seal next = new Seal("inst-1", NOW, 3, seal.heads(), seal.tenants());
        next.add(person(alice, 4, new SignedOut(alice)));
        assertThat(next.principals).isEmpty();
        next.add(person(alice, 5, new UserEnabled(alice)));
        assertThat(next.principals.get(out.id()))
                .isEqualTo(PrincipalRecord.user(
                        alice, TENANT, 5, true, List.of("viewer"), io.keyledger.events.Scope.READ_ONLY));
    }

    private static StoredEvent person(OwnerId id, long sequence, UserEvent event) {
        return new StoredEvent(
                Ids.newEventId(NOW), "user:" + id.value(), sequence, NOW, TENANT, Actor.SYSTEM, null, event);
    }
}
