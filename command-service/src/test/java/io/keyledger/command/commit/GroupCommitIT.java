package io.keyledger.command.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.CommandService;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Outage;
import io.keyledger.command.dispatch.Repeat;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.CreateKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Lifetime;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Secrets;
import io.keyledger.command.ledger.Rig;
import io.keyledger.command.revocation.RevokeKey;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Commands that are committed together, on the real PostgreSQL and with the service's own wiring. A group is made by holding
 * up the commit of a first command until all the others wait behind it.
 */
@Timeout(120)
class GroupCommitIT {
    /** Threads that reach for Kafka. */
    private static final List<String> LEFT_OUT = List.of("edgeTraffic", "ledgerThreads");

    private static final String HELD_UP = "pg_stat_activity where wait_event = 'PgSleep'";

    private @Nullable Rig rig;
    private @Nullable ConfigurableApplicationContext context;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
        context = new SpringApplicationBuilder(CommandService.class)
                .web(WebApplicationType.NONE)
                .initializers(making -> making.addBeanFactoryPostProcessor(beans -> {
                    LEFT_OUT.forEach(((BeanDefinitionRegistry) beans)::removeBeanDefinition);
                    for (String name : beans.getBeanDefinitionNames()) {
                        beans.getBeanDefinition(name).setLazyInit(true);
                    }
                }))
                .properties(rig.settings())
                .run("--logging.level.root=warn", "--spring.flyway.enabled=false");
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(context).close();
        rig().close();
    }

    private Rig rig() {
        return Objects.requireNonNull(rig);
    }

    private <T> T bean(Class<T> type) {
        return Objects.requireNonNull(context).getBean(type);
    }

    /** One command on a thread of its own, and what came of it. */
    private final class Sending {
        private final Thread thread;
        private volatile @Nullable Sent sent;
        private volatile @Nullable RuntimeException thrown;

        Sending(KeyCommand command, Origin origin) {
            Commands commands = bean(Commands.class);
            thread = Thread.ofPlatform().start(() -> {
                try {
                    sent = commands.send(command, origin, GroupCommitIT::result);
                } catch (RuntimeException e) {
                    thrown = e;
                }
            });
        }

        @Nullable
        Refusal refusal() throws InterruptedException {
            thread.join();
            return thrown instanceof Refused refused ? refused.refusal() : null;
        }

        Sent sent() throws InterruptedException {
            thread.join();
            if (sent == null) {
                throw new AssertionError("failed", thrown);
            }
            return sent;
        }

        RuntimeException thrown() throws InterruptedException {
            thread.join();
            return Objects.requireNonNull(thrown);
        }
    }

    private static Result result(Done<ApiKey> done) {
        return new Result(
                200, Map.of("keyId", ApiKey.facts(done.state()).keyId().value()), Await.NOTHING, done.eventId(), false);
    }

    private static final Origin ORIGIN = new Origin(TenantId.DEFAULT, Actor.SYSTEM, null, null);

    private static Origin once(String mark) {
        byte[] body = "body".getBytes(StandardCharsets.UTF_8);
        return new Origin(TenantId.DEFAULT, Actor.SYSTEM, null, Repeat.of("caller", mark, "POST", "/keys", body));
    }

    private CreateKey create(String owner, String name) {
        return new CreateKey(
                Ids.newKeyId(Instant.now()),
                name,
                null,
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId(owner),
                new Lifetime.Unsaid(),
                bean(Secrets.class).make("kl", KeyKind.KEY).verifier());
    }

    private CreateKey made(String owner, String name) throws InterruptedException {
        CreateKey create = create(owner, name);
        new Sending(create, ORIGIN).sent();
        return create;
    }

    private static RevokeKey revoke(KeyId key) {
        return new RevokeKey(key, RevocationReason.DECOMMISSIONED, null);
    }

    /** Holds up the commit of a first command, from its making to its close. */
    private final class Gate implements AutoCloseable {
        private final Sending first;

        Gate() throws Exception {
            rig().jdbc.execute("create table gate as select 'closed' as state");
            rig().jdbc.execute("""
                create function wait_at_gate() returns trigger language plpgsql as $$ begin
                    while exists (select from gate) loop perform pg_sleep(0.005); end loop;
                    return new;
                end $$;
                create trigger gate before insert on key for each row when (new.name = 'first')
                    execute function wait_at_gate()\
                """);
            first = new Sending(create("usr_first", "first"), ORIGIN);
            while (count(HELD_UP) == 0) {
                Thread.sleep(5);
            }
        }

        /** Sends it, and returns when it waits for the first one. */
        Sending behind(KeyCommand command, Origin origin) throws InterruptedException {
            Sending sending = new Sending(command, origin);
            while (!waitsForCommit(sending.thread)) {
                Thread.sleep(1);
            }
            return sending;
        }

        private static boolean waitsForCommit(Thread thread) {
            return thread.getState() == Thread.State.WAITING
                    && Arrays.stream(thread.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(GroupCommit.class.getName()));
        }

        @Override
        public void close() {
            rig().jdbc.execute("delete from gate");
        }
    }

    private int count(String from) {
        return Objects.requireNonNull(rig().jdbc.queryForObject("select count(*)::int from " + from, Integer.class));
    }

    private int transactionsOf(List<CreateKey> made) {
        String[] ids = made.stream().map(key -> key.keyId().value()).toArray(String[]::new);
        return Objects.requireNonNull(rig().jdbc
                .queryForObject(
                        "select count(distinct xmin::text)::int from domain_event where aggregate_id = any (?)",
                        Integer.class,
                        (Object) ids));
    }

    private List<Integer> rowsOf(CreateKey key) {
        List<Integer> counts = new ArrayList<>();
        String id = key.keyId().value();
        counts.add(count("key where key_id = '" + id + "'"));
        counts.add(count("domain_event where aggregate_id = '" + id + "'"));
        rig().transactions.executeWithoutResult(_ -> {
            rig().jdbc.execute("set local role keyledger_verifier");
            counts.add(count("verifier.verifier where key_id = '" + id + "'"));
        });
        return counts;
    }

    @Test
    void what_waits_is_committed_together() throws Exception {
        List<CreateKey> keys = new ArrayList<>();
        List<Sending> sendings = new ArrayList<>();
        Sending first;
        try (Gate gate = new Gate()) {
            first = gate.first;
            for (int i = 0; i < 6; i++) {
                keys.add(create("usr_a", "key " + i));
                sendings.add(gate.behind(keys.getLast(), ORIGIN));
            }
        }
        first.sent();
        for (Sending sending : sendings) {
            sending.sent();
        }
        assertThat(transactionsOf(keys)).isEqualTo(1);
        assertThat(keys).allSatisfy(key -> assertThat(rowsOf(key)).containsExactly(1, 1, 1));
    }

    @Test
    void what_one_is_refused_for_keeps_no_other_from_being_done() throws Exception {
        made("usr_a", "taken");
        rig().jdbc.update("update tenant set policy = policy || '{\"keys.maxPerOwner\":\"3\"}'");
        for (int i = 0; i < 3; i++) {
            made("usr_full", "full " + i);
        }
        CreateKey good = create("usr_g", "good");
        CreateKey taken = create("usr_a", "taken");
        CreateKey tooMany = create("usr_full", "too many");
        CreateKey twin = create("usr_b", "twin");
        CreateKey otherTwin = create("usr_b", "twin");
        CreateKey marked = create("usr_c", "marked");
        CreateKey markedAgain = create("usr_c", "marked");
        CreateKey last = create("usr_d", "last");
        Sending good1;
        Sending taken1;
        Sending tooMany1;
        Sending twin1;
        Sending twin2;
        Sending marked1;
        Sending marked2;
        Sending last1;
        try (Gate gate = new Gate()) {
            good1 = gate.behind(good, ORIGIN);
            taken1 = gate.behind(taken, ORIGIN);
            tooMany1 = gate.behind(tooMany, ORIGIN);
            twin1 = gate.behind(twin, ORIGIN);
            twin2 = gate.behind(otherTwin, ORIGIN);
            marked1 = gate.behind(marked, once("mark"));
            marked2 = gate.behind(markedAgain, once("mark"));
            last1 = gate.behind(last, ORIGIN);
        }
        good1.sent();
        last1.sent();
        assertThat(taken1.refusal()).isEqualTo(new Refusal.NameTaken("owner"));
        assertThat(tooMany1.refusal()).isInstanceOf(Refusal.TooManyKeys.class);
        assertThat(rowsOf(taken)).containsExactly(0, 0, 0);
        assertThat(rowsOf(tooMany)).containsExactly(0, 0, 0);
        twin1.sent();
        assertThat(twin2.refusal()).isEqualTo(new Refusal.NameTaken("owner"));
        assertThat(rowsOf(otherTwin)).containsExactly(0, 0, 0);
        assertThat(marked1.sent().repeated()).isFalse();
        assertThat(marked2.sent().repeated()).isTrue();
        assertThat(marked2.sent().result().body())
                .isEqualTo(marked1.sent().result().body());
        assertThat(rowsOf(markedAgain)).containsExactly(0, 0, 0);
        assertThat(transactionsOf(List.of(good, twin, marked, last))).isEqualTo(1);
    }

    @Test
    void what_another_process_has_appended_meanwhile_is_decided_on_anew_and_the_others_are_done() throws Exception {
        CreateKey one = made("usr_a", "one");
        CreateKey two = made("usr_a", "two");
        CreateKey three = create("usr_a", "three");
        Sending first;
        Sending second;
        Sending third;
        try (Gate gate = new Gate()) {
            first = gate.behind(revoke(one.keyId()), ORIGIN);
            second = gate.behind(revoke(two.keyId()), ORIGIN);
            third = gate.behind(three, ORIGIN);
            rig().append(
                            new KeySuspended(
                                    two.keyId(), "two", List.of(two.verifier().credential()), null),
                            2);
        }
        first.sent();
        second.sent();
        third.sent();
        assertThat(sequences(one.keyId())).isEqualTo("{0,1}");
        assertThat(sequences(two.keyId())).isEqualTo("{0,1,2}");
        assertThat(rowsOf(three)).containsExactly(1, 1, 1);
        assertThat(count("key where status = 'REVOKED'")).isEqualTo(2);
    }

    private String sequences(KeyId key) {
        return Objects.requireNonNull(rig().jdbc
                .queryForObject(
                        "select array_agg(sequence order by global_index)::text from domain_event where aggregate_id ="
                                + " ?",
                        String.class,
                        key.value()));
    }

    @Test
    void what_a_policy_that_was_changed_meanwhile_forbids_is_not_done() throws Exception {
        made("usr_a", "one");
        CreateKey two = create("usr_a", "two");
        CreateKey other = create("usr_b", "other");
        Sending refused;
        Sending done;
        try (Gate gate = new Gate()) {
            refused = gate.behind(two, ORIGIN);
            done = gate.behind(other, ORIGIN);
            rig().jdbc.update("update tenant set policy = policy || '{\"keys.maxPerOwner\":\"1\"}'");
        }
        done.sent();
        assertThat(refused.refusal()).isInstanceOf(Refusal.TooManyKeys.class);
        assertThat(rowsOf(two)).containsExactly(0, 0, 0);
    }

    @Test
    void what_a_changed_policy_allows_is_not_refused_by_the_one_before() throws Exception {
        made("usr_a", "one");
        rig().jdbc.update("update tenant set policy = policy || '{\"keys.maxPerOwner\":\"1\"}'");
        assertThat(new Sending(create("usr_a", "two"), ORIGIN).refusal()).isInstanceOf(Refusal.TooManyKeys.class);
        rig().jdbc.update("update tenant set policy = policy || '{\"keys.maxPerOwner\":\"2\"}'");
        new Sending(create("usr_a", "two"), ORIGIN).sent();
    }

    @Test
    void whoever_holds_a_lock_that_one_waits_for_holds_up_that_one_alone() throws Exception {
        CreateKey held = made("usr_a", "held");
        CreateKey free = made("usr_a", "free");
        Sending waits = Objects.requireNonNull(rig().transactions.execute(_ -> {
            rig().jdbc
                    .queryForList(
                            "select from key where key_id = ? for update",
                            held.keyId().value());
            Sending sending = new Sending(revoke(held.keyId()), ORIGIN);
            try {
                Sending other = new Sending(revoke(free.keyId()), ORIGIN);
                assertThat(other.thread.join(Duration.ofSeconds(5))).isTrue();
                other.sent();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(sending.thread.isAlive()).isTrue();
            return sending;
        }));
        waits.sent();
        assertThat(count("key where status = 'REVOKED'")).isEqualTo(2);
    }

    @Test
    void a_connection_that_is_lost_in_the_middle_costs_its_group_and_nobody_who_waits_behind_it() throws Exception {
        CreateKey behind = create("usr_a", "behind");
        Sending lost;
        Sending next;
        try (Gate gate = new Gate()) {
            lost = gate.first;
            next = gate.behind(behind, ORIGIN);
            rig().jdbc.queryForList("select pg_terminate_backend(pid) from " + HELD_UP);
            assertThat(Outage.isDatabaseAway(lost.thrown())).isTrue();
        }
        next.sent();
        assertThat(rowsOf(behind)).containsExactly(1, 1, 1);
        assertThat(count("key where name = 'first'")).isZero();
        assertThat(count("domain_event where payload ->> 'keyName' = 'first'")).isZero();
    }

    @Test
    void while_postgresql_is_away_everybody_who_waits_is_told_so_and_nothing_is_half_done() throws Exception {
        List<Sending> waiting = new ArrayList<>();
        Gate gate = new Gate();
        waiting.add(gate.first);
        for (int i = 0; i < 5; i++) {
            waiting.add(gate.behind(create("usr_a", "key " + i), ORIGIN));
        }
        int before = count("domain_event");
        Rig.postgres().kill9();
        try {
            for (Sending sending : waiting) {
                assertThat(Outage.isDatabaseAway(sending.thrown())).isTrue();
            }
            assertThat(Outage.isDatabaseAway(new Sending(create("usr_a", "while away"), ORIGIN).thrown()))
                    .isTrue();
        } finally {
            Rig.postgres().start();
        }
        awaitDatabase(rig().jdbc);
        awaitDatabase(bean(JdbcTemplate.class));
        gate.close();
        new Sending(create("usr_a", "back"), ORIGIN).sent();
        assertThat(count("domain_event")).isEqualTo(before + 1);
        assertThat(count("key")).isEqualTo(1);
    }

    /** Until the pool behind it has connections again. */
    private static void awaitDatabase(JdbcTemplate jdbc) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                jdbc.execute("select 1");
                return;
            } catch (DataAccessException e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
            }
        }
    }

    @Test
    void under_load_every_key_has_its_events_in_order_and_without_a_hole() throws Exception {
        int lives = 150;
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        Commands commands = bean(Commands.class);
        for (int t = 0; t < 12; t++) {
            String owner = "usr_" + t;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < lives / 12; i++) {
                        CreateKey key = create(owner, "key " + i);
                        commands.send(key, ORIGIN, GroupCommitIT::result);
                        commands.send(revoke(key.keyId()), ORIGIN, GroupCommitIT::result);
                    }
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        String streams = "select aggregate_id, array_agg(sequence order by global_index)::text as sequences"
                + " from domain_event where aggregate_id like 'key_%' group by aggregate_id";
        assertThat(count("(" + streams + ") s")).isEqualTo(12 * (lives / 12));
        assertThat(count("(" + streams + ") s where sequences = '{0,1}'")).isEqualTo(12 * (lives / 12));
        assertThat(count("key where status = 'REVOKED'")).isEqualTo(12 * (lives / 12));
    }
}
