package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.access.PersonAssertion;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person with strings that are nobody else's is made, signs in, acts, and is erased. Then every store is searched: nothing
 * holds who they were. What an edge saw of them stands in activity events alone, which end with their retention.
 */
@OnPlatform
@Order(46)
class ErasureIT {
    private static final String PASSWORD = "correct horse battery";
    private static final String LOGIN = "zqx.erasable-login@erasable.example";
    private static final String NAME = "Zqxwilhelmina Erasable-Surname";
    private static final String EMAIL = "zqx.erasable-mail@erasable.example";
    private static final String SIGN_IN_IP = "2001:db8:e4a5:ab1e::51";
    private static final String SIGN_IN_AGENT = "ZqxErasableBrowser/77.1";
    private static final String FILTER = "zqx-erasable-filter";

    /** What nothing may hold afterwards, not even activity. */
    private static final List<String> PERSON =
            List.of("zqx.erasable", "Zqxwilhelmina", "Erasable-Surname", SIGN_IN_IP, "ZqxErasableBrowser", FILTER);

    /** What stands in activity, and nowhere else. */
    private static final String USE_AGENT = "ZqxUsingAgent/5";

    private final RunningPlatform platform;
    private final Tenant tenant;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    ErasureIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Test
    void an_erased_person_is_in_no_store_and_every_proof_still_verifies() throws Exception {
        Map<String, @Nullable Object> body = Map.of(
                "login",
                LOGIN,
                "displayName",
                NAME,
                "email",
                EMAIL,
                "password",
                PASSWORD,
                "roles",
                List.of("developer", "viewer"));
        Door creating = tenant.api().with("Idempotency-Key", "make-the-erasable-one");
        OwnerId id = new OwnerId(creating.post("/users", body).expect(201).text("userId"));
        // Somebody else wants the login: no server may log whose it is.
        tenant.api().post("/users", body).expect(409);
        tenant.api().post("/users", Map.of("login", "other-" + id, "displayName", "Other", "roles", List.of()));
        signIn(LOGIN, PASSWORD).expect(200);
        signIn(LOGIN, "not the password", USE_AGENT).expect(401);
        Answer signIns = tenant.api().get("/users/" + id + "/sign-ins").expect(200);
        assertThat(signIns.body()).contains(SIGN_IN_IP, SIGN_IN_AGENT);
        String signInId = String.valueOf(signIns.items().getFirst().get("signInId"));
        Issued key = act(id);
        consoleSession();
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(audit("auth.login")).contains(signInId).doesNotContain(SIGN_IN_IP);
            assertThat(audit("key.used")).contains(USE_AGENT);
            assertThat(audit("auth.failed")).contains(USE_AGENT);
        });
        // The search finds what is there.
        assertThat(tables(PERSON)).contains("command.person", "command.sign_in", "command.idempotency");
        assertThat(tables(List.of(SESSION_NAME))).contains("query.console_session_attributes");
        assertThat(tables(List.of(FILTER))).contains("query.console_filter");

        Door erasing = tenant.api().with("Idempotency-Key", "erase-the-erasable-one");
        Answer erased = erasing.post("/users/" + id + "/erase", Map.of("reasonCode", "requested"));
        assertThat(erased.status()).isIn(200, 202);
        assertThat(erased.text("displayName")).isEqualTo("Erased user");
        assertThat(erased.text("erasedAt")).isNotBlank();

        erasing.post("/users/" + id + "/erase", Map.of("reasonCode", "requested"));
        tenant.api().post("/users/" + id + "/erase", Map.of("reasonCode", "left"));
        assertProblem(creating.post("/users", body), 422, "idempotency-key-reused");
        assertProblem(signIn(LOGIN, PASSWORD, USE_AGENT), 401, "sign-in-failed");
        assertProblem(tenant.api().post("/users/" + id + "/enable", Map.of()), 409, "user-erased");
        assertProblem(tenant.api().patch("/users/" + id, Map.of("email", EMAIL)), 409, "user-erased");
        assertProblem(
                platform.tenant().api().post("/users/" + id + "/erase", Map.of("reasonCode", "left")),
                404,
                "no-such-user");
        assertThat(Edges.code(platform.edge(1), key.key())).isNotEqualTo("accepted");
        await().atMost(Edges.SOON).untilAsserted(() -> {
            Answer events = tenant.api().get("/audit?type=user.erased").expect(200);
            assertThat(events.items()).hasSize(1);
            assertThat(events.body()).contains("\"reasonCode\":\"requested\"").contains(id.value());
        });
        await().atMost(Edges.SOON)
                .untilAsserted(
                        () -> assertThat(documents(List.of("user.erased"))).isNotEmpty());

        assertThat(tables(PERSON)).isEmpty();
        assertThat(topics(PERSON)).isEmpty();
        assertThat(documents(PERSON)).isEmpty();
        assertThat(files(PERSON)).isEmpty();
        // What an edge saw is activity, and ends with it.
        assertThat(topics(List.of(USE_AGENT))).containsExactly(Topics.ACTIVITY);
        assertThat(tables(List.of(USE_AGENT))).isSubsetOf("query.event", "query.caller");
        assertThat(lifecycleRows(USE_AGENT)).isZero();
        proofs();
    }

    private static final String SESSION_NAME = NAME;

    private Answer signIn(String login, String password) {
        return signIn(login, password, SIGN_IN_AGENT);
    }

    private Answer signIn(String login, String password, String agent) {
        String ip = agent.equals(SIGN_IN_AGENT) ? SIGN_IN_IP : "198.51.100.31";
        return platform.forwarder()
                .post(
                        "/internal/sign-in",
                        Map.of(
                                "tenant",
                                tenant.id(),
                                "login",
                                login,
                                "password",
                                password,
                                "ip",
                                ip,
                                "userAgent",
                                agent));
    }

    /** Makes a key by the word of query-service, and uses it. */
    private Issued act(OwnerId id) throws IOException {
        var signing = AssertionKeys.signing(platform.dataDir().resolve("secrets/assertion.key"));
        Map<String, @Nullable Object> body = Tenant.body("a key of theirs", "read-only");
        byte[] bytes = CanonicalJson.bytes(body);
        String word = PersonAssertion.of(
                        id,
                        new TenantId(tenant.id()),
                        "session",
                        "POST",
                        "/api/v1/keys",
                        bytes,
                        SIGN_IN_IP,
                        "req_erasure",
                        Instant.now())
                .sign(signing);
        Issued key = Issued.of(platform.forwarder()
                .with(PersonAssertion.HEADER, word)
                .post("/api/v1/keys", body)
                .expect(201));
        Edges.verify(platform.edge(1), key.key(), "method", "GET", "path", "/theirs", "userAgent", USE_AGENT)
                .expect(200);
        return key;
    }

    /** Signs in at the console, as a browser does, and keeps a filter there. */
    private void consoleSession() {
        URI api = platform.api().base();
        Door browser = platform.api()
                .at(URI.create(api.getScheme() + "://" + api.getAuthority()))
                .with("User-Agent", SIGN_IN_AGENT)
                .with("Accept", "text/html");
        Answer page = browser.get("/sign-in").expect(200);
        String cookie = cookie(page);
        Answer in = form(browser, cookie, "/sign-in", page, "login", LOGIN, "password", PASSWORD, "tenant", tenant.id())
                .expect(302);
        String session = cookie(in);
        Answer list = browser.with("Cookie", session).get("/keys").expect(200);
        form(browser, session, "/keys/filters", list, "name", FILTER).expect(302);
    }

    private static String cookie(Answer answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    private static Answer form(Door browser, String cookie, String path, Answer page, String... fields) {
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page.body());
        assertThat(token.find()).as(page.body()).isTrue();
        List<String> pairs = new ArrayList<>(List.of("_csrf=" + encoded(token.group(1))));
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(encoded(fields[i]) + "=" + encoded(fields[i + 1]));
        }
        return browser.with("Cookie", cookie)
                .with("Sec-Fetch-Site", "same-origin")
                .with("Content-Type", "application/x-www-form-urlencoded")
                .send("POST", path, String.join("&", pairs));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void assertProblem(Answer answer, int status, String slug) {
        answer.expect(status);
        assertThat(answer.text("type")).endsWith("/" + slug);
    }

    private String audit(String type) {
        return tenant.api().get("/audit?type=" + type).expect(200).body();
    }

    private void proofs() throws IOException {
        Path keyFile = folder.resolve("auditor.key");
        Files.writeString(keyFile, tenant.bootstrapKey() + "\n");
        Path vkey = platform.dataDir().resolve("tls/checkpoint.vkey");
        AtomicExport out = new AtomicExport(folder);
        // A checkpoint is signed every ten seconds.
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() -> {
                    CommandLine.Said said = CommandLine.run(
                            platform,
                            "audit",
                            "export",
                            "--from",
                            "2020-01-01",
                            "--out",
                            out.next().toString(),
                            "--key-file",
                            keyFile.toString());
                    assertThat(said.code()).as(said.err() + said.out()).isZero();
                    assertThat(Files.readString(out.last().resolve("events.ndjson")))
                            .contains("user.erased");
                });
        CommandLine.Said verified =
                CommandLine.run(platform, "audit", "verify", out.last().toString(), "--vkey", vkey.toString());
        assertThat(verified.code()).as(verified.err() + verified.out()).isZero();
        assertThat(Files.readString(out.last().resolve("events.ndjson"))).doesNotContain(PERSON);
    }

    /** A new folder for each try. */
    private static final class AtomicExport {
        private final Path folder;
        private int tries;

        AtomicExport(Path folder) {
            this.folder = folder;
        }

        Path next() {
            tries++;
            return last();
        }

        Path last() {
            return folder.resolve("export-" + tries);
        }
    }

    private static boolean holds(String text, List<String> wanted) {
        String lower = text.toLowerCase(Locale.ROOT);
        return wanted.stream().anyMatch(w -> lower.contains(w.toLowerCase(Locale.ROOT)));
    }

    /** The tables of both services that hold one of the strings, in whatever column: bytes are looked into as well. */
    private List<String> tables(List<String> wanted) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("select format('%I.%I', schemaname, tablename) from pg_tables"
                    + " where schemaname in ('command', 'query', 'verifier', 'vault') order by 1")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows = statement.executeQuery("select to_jsonb(t)::text from " + table + " t")) {
                    boolean held = false;
                    while (!held && rows.next()) {
                        String row = rows.getString(1);
                        held = holds(row, wanted) || holds(bytesIn(row), wanted);
                    }
                    if (held) {
                        found.add(table);
                    }
                }
            }
        }
        return found;
    }

    private static String bytesIn(String row) {
        StringBuilder text = new StringBuilder();
        Pattern.compile("\\\\\\\\x((?:[0-9a-f]{2})+)")
                .matcher(row)
                .results()
                .forEach(match -> text.append(
                                new String(HexFormat.of().parseHex(match.group(1)), StandardCharsets.ISO_8859_1))
                        .append('\n'));
        return text.toString();
    }

    private int lifecycleRows(String text) throws SQLException {
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from query.event where type not in ('key.used', 'auth.failed')"
                                + " and position('" + text + "'::bytea in bytes) > 0")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private List<String> topics(List<String> wanted) {
        TreeSet<String> found = new TreeSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                platform.servers().kafka().adminProperties(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Topics.ALL.stream()
                    .flatMap(topic ->
                            IntStream.range(0, topic.partitions()).mapToObj(p -> new TopicPartition(topic.name(), p)))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    StringBuilder text = new StringBuilder(text(record.key())).append(text(record.value()));
                    record.headers().forEach(header -> text.append(text(header.value())));
                    if (holds(text.toString(), wanted)) {
                        found.add(record.topic());
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The documents of all indices that hold one of the strings. */
    private List<String> documents(List<String> wanted) {
        List<String> found = new ArrayList<>();
        String after = "";
        while (true) {
            String page = platform.elasticsearch()
                    .send(
                            "POST",
                            "/_all/_search?filter_path=hits.hits._source,hits.hits.sort",
                            "{\"size\":1000,\"sort\":[{\"event.id\":\"asc\"}]"
                                    + (after.isEmpty() ? "" : ",\"search_after\":[\"" + after + "\"]") + "}")
                    .expect(200)
                    .body();
            if (holds(page, wanted)) {
                found.add(page.length() > 2_000 ? page.substring(0, 2_000) : page);
            }
            List<String> ids = Pattern.compile("\"sort\":\\[\"([^\"]+)\"\\]")
                    .matcher(page)
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            if (ids.isEmpty()) {
                return found;
            }
            after = ids.getLast();
        }
    }

    /**
     * The files that hold one of the strings, logs among them. The pages and the log of PostgreSQL are not files that last: it
     * writes over what was deleted in its own time.
     */
    private List<String> files(List<String> wanted) throws IOException {
        List<String> found = new ArrayList<>();
        Path pages = platform.dataDir().resolve("postgresql/data");
        try (Stream<Path> files = Files.walk(platform.dataDir())) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String name = file.getFileName().toString();
                if (file.startsWith(pages) || name.endsWith(".jar") || name.endsWith(".jsa") || name.endsWith(".so")) {
                    continue;
                }
                try {
                    if (Files.size(file) < 200_000_000
                            && holds(Files.readString(file, StandardCharsets.ISO_8859_1), wanted)) {
                        found.add(file.toString());
                    }
                } catch (NoSuchFileException _) {
                    // A server has just finished with it.
                }
            }
        }
        return found;
    }
}
