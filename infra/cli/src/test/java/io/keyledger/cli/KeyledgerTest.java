package io.keyledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.cli.client.Failure;
import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyKind;
import io.keyledger.verifier.KeyFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against a server that says what it is told to; the system tests run it against the platform. */
class KeyledgerTest {
    private static final String KEY_ID = "key_01JDA7T3Y9W8Q6V5N4M3K2H1G0";
    private static final String OTHER_ID = "key_01JDA7T3Y9W8Q6V5N4M3K2H1G1";
    private static final String EFFECTIVE =
            "{\"keyId\":\"%s\",\"status\":\"REVOKED\",\"effective\":true,\"edges\":[{\"edge\":\"edge-1\",\"millis\":7}]}";

    private final String ownKey = newKey();
    private final String issuedKey = newKey();
    private final InputStream in = System.in;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FakePlatform platform;

    private String out = "";
    private String err = "";

    @BeforeEach
    void start() throws IOException {
        platform = new FakePlatform(folder.resolve("data"));
        Files.writeString(platform.root().resolve("bootstrap.key"), ownKey + "\n");
    }

    @AfterEach
    void stop() {
        platform.close();
        System.setIn(in);
    }

    @Test
    void a_new_key_alone_goes_to_standard_output_and_advice_to_standard_error() {
        platform.answers("POST", "/api/v1/keys", 201, created());

        assertThat(run("key", "create", "SIEM", "--scope", "read-only", "--expires-in", "90d"))
                .isZero();

        assertThat(out).contains(issuedKey, KEY_ID);
        assertThat(err).contains("not shown again").doesNotContain(issuedKey);
        assertThat(object(platform.asked().getFirst().body()))
                .isEqualTo(Map.of("name", "SIEM", "scope", "read-only", "expiresIn", "P90D"));
    }

    @Test
    void a_new_key_that_goes_to_a_file_is_printed_nowhere_and_readable_by_its_owner_alone() throws IOException {
        platform.answers("POST", "/api/v1/keys", 201, created());
        Path file = folder.resolve("siem.key");

        assertThat(run("key", "create", "SIEM", "-s", "read-only", "-o", file.toString(), "--json"))
                .isZero();

        assertThat(Files.readString(file).strip()).isEqualTo(issuedKey);
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(out + err).doesNotContain(issuedKey);
        assertThat(object(out)).containsEntry("keyId", KEY_ID).doesNotContainKey("key");
    }

    @Test
    void a_recoverable_key_is_shown_again_for_a_reason() {
        platform.answers("POST", "/api/v1/keys/" + KEY_ID + "/reveal", 200, created());

        assertThat(run("key", "reveal", KEY_ID, "--reason", "the server was set up anew"))
                .isZero();

        assertThat(out).contains(issuedKey, KEY_ID);
        assertThat(err).contains("in the key's history").doesNotContain(issuedKey, "not shown again");
        assertThat(object(platform.asked().getFirst().body()))
                .isEqualTo(Map.of("reason", "the server was set up anew"));
    }

    @Test
    void a_key_that_is_shown_again_can_go_to_a_file_alone() throws IOException {
        platform.answers("POST", "/api/v1/keys/" + KEY_ID + "/reveal", 200, created());
        Path file = folder.resolve("again.key");

        assertThat(run("key", "reveal", KEY_ID, "--reason", "x", "-o", file.toString()))
                .isZero();

        assertThat(Files.readString(file).strip()).isEqualTo(issuedKey);
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(out + err).doesNotContain(issuedKey);
    }

    @Test
    void no_key_is_shown_again_without_a_reason() {
        assertThat(run("key", "reveal", KEY_ID)).isEqualTo(Failure.USAGE);

        assertThat(err).contains("--reason");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void without_a_yes_no_kept_secret_is_destroyed() {
        typed("n\n");

        assertThat(run("key", "forget", KEY_ID)).isEqualTo(Failure.FAILED);

        assertThat(err).contains(KEY_ID).contains("for ever").contains("[y/N]");
        assertThat(platform.changes()).isEmpty();
    }

    @Test
    void the_kept_secrets_of_many_are_destroyed_after_one_yes() {
        platform.answers("POST", "/api/v1/keys/" + KEY_ID + "/forget", 200, "{\"keyId\":\"" + KEY_ID + "\"}")
                .answers("POST", "/api/v1/keys/" + OTHER_ID + "/forget", 200, "{\"keyId\":\"" + OTHER_ID + "\"}");

        assertThat(run("key", "forget", KEY_ID, OTHER_ID, "--reason", "they are in the vault", "--yes"))
                .isZero();

        assertThat(out)
                .contains("Forgotten: " + KEY_ID + " cannot be shown again.")
                .contains(OTHER_ID);
        assertThat(platform.changes()).hasSize(2);
        assertThat(object(platform.changes().getFirst().body())).isEqualTo(Map.of("reason", "they are in the vault"));
    }

    @Test
    void no_key_is_asked_for_that_could_not_be_kept() throws IOException {
        Path file = Files.writeString(folder.resolve("there.key"), "something");

        assertThat(run("key", "create", "SIEM", "-s", "read-only", "-o", file.toString()))
                .isEqualTo(Failure.FAILED);

        assertThat(platform.asked()).isEmpty();
        assertThat(Files.readString(file)).isEqualTo("something");
    }

    @Test
    void the_key_of_the_installation_travels_in_the_authorization_header() {
        platform.answers("GET", "/api/v1/settings", 200, "{}");

        assertThat(run("settings", "get")).isZero();

        assertThat(platform.asked().getFirst().header("Authorization")).isEqualTo("ApiKey " + ownKey);
    }

    @Test
    void another_key_file_is_used_when_it_is_named() throws IOException {
        platform.answers("GET", "/api/v1/settings", 200, "{}");
        Path file = Files.writeString(folder.resolve("other.key"), issuedKey);

        assertThat(run("--key-file", file.toString(), "settings", "get")).isZero();

        assertThat(platform.asked().getFirst().header("Authorization")).isEqualTo("ApiKey " + issuedKey);
    }

    @Test
    void global_options_may_stand_before_and_after_the_command() {
        platform.answers("GET", "/api/v1/keys/" + KEY_ID, 200, "{\"keyId\":\"" + KEY_ID + "\"}");
        String data = platform.root().toString();

        assertThat(runAsGiven("--json", "--data", data, "key", "show", KEY_ID)).isZero();
        String before = out;
        assertThat(runAsGiven("key", "show", KEY_ID, "--json", "--data", data)).isZero();

        assertThat(before).isEqualTo("{\"keyId\":\"" + KEY_ID + "\"}\n");
        assertThat(out).isEqualTo(before);
    }

    @Test
    void a_refusal_is_one_line_that_says_what_where_and_how_to_go_on() {
        platform.answers(
                "POST",
                "/api/v1/keys",
                422,
                "{\"type\":\"https://keyledger.io/problems/invalid-name\",\"title\":\"Invalid name\",\"status\":422,"
                        + "\"detail\":\"Take a shorter one.\",\"field\":\"name\",\"limit\":\"100 characters\",\"requestId\":\"req_4\"}");

        assertThat(run("key", "create", "x", "-s", "read-only")).isEqualTo(Failure.FAILED);

        assertThat(err)
                .isEqualTo("Error: Invalid name (422): Take a shorter one. [field name, limit 100 characters]"
                        + " Request req_4\n");
        assertThat(out).isEmpty();
    }

    @Test
    void a_refusal_for_a_script_is_the_problem_as_the_platform_sent_it() {
        platform.answers("GET", "/api/v1/keys/" + KEY_ID, 404, "{\"title\":\"No such key\",\"status\":404}");

        assertThat(run("key", "show", KEY_ID, "--json")).isEqualTo(Failure.FAILED);

        assertThat(object(err)).containsEntry("title", "No such key").containsEntry("status", 404L);
    }

    @Test
    void a_platform_that_does_not_answer_is_an_exit_code_of_its_own() {
        platform.close();

        assertThat(run("key", "list")).isEqualTo(Failure.UNREACHABLE);

        assertThat(err.lines()).hasSize(1);
        assertThat(err).contains("keyledger up");
    }

    @Test
    void a_folder_without_a_platform_says_how_to_start_one() {
        assertThat(runAsGiven("key", "list", "--data", folder.resolve("nothing").toString()))
                .isEqualTo(Failure.UNREACHABLE);

        assertThat(err).contains("keyledger up").contains("--data");
    }

    @Test
    void a_server_with_the_certificate_of_another_installation_gets_no_key() throws IOException {
        try (FakePlatform stranger = new FakePlatform(folder.resolve("stranger"))) {
            Files.copy(
                    platform.root().resolve("tls/ca.pem"),
                    stranger.root().resolve("tls/ca.pem"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(stranger.root().resolve("bootstrap.key"), ownKey);

            assertThat(runAsGiven("key", "list", "--data", stranger.root().toString()))
                    .isEqualTo(Failure.UNREACHABLE);

            assertThat(stranger.asked()).isEmpty();
            assertThat(err).contains("another installation");
        }
    }

    @Test
    void an_empty_data_folder_is_not_the_one_that_one_is_in() {
        assertThat(runAsGiven("up", "--data", "")).isEqualTo(Failure.USAGE);
        assertThat(err).contains("--data");
        assertThat(runAsGiven("key", "list", "--data=")).isEqualTo(Failure.USAGE);
    }

    @Test
    void a_recoverable_key_is_not_said_to_be_shown_once() {
        platform.answers("POST", "/api/v1/keys", 201, created());

        assertThat(run("key", "create", "SIEM", "-s", "read-only", "--recoverable"))
                .isZero();

        assertThat(err).contains("key reveal").doesNotContain("not shown again");
    }

    @Test
    void a_wrong_command_line_asks_nothing_of_the_platform() {
        assertThat(run("key", "create", "x", "--scope", "everything")).isEqualTo(Failure.USAGE);
        assertThat(run("key", "revoke")).isEqualTo(Failure.USAGE);
        assertThat(run("key", "show", "nonsense")).isEqualTo(Failure.USAGE);
        assertThat(run("nonsense")).isEqualTo(Failure.USAGE);

        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void a_key_on_the_command_line_is_refused_and_not_repeated() {
        assertThat(run("key", "show", issuedKey)).isEqualTo(Failure.USAGE);

        assertThat(out + err).doesNotContain(issuedKey).contains("--key-file");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void what_is_in_a_key_file_that_holds_no_key_is_not_repeated() throws IOException {
        Files.writeString(platform.root().resolve("bootstrap.key"), "half-a-secret");

        assertThat(run("key", "list")).isEqualTo(Failure.FAILED);

        assertThat(err).contains("bootstrap.key").doesNotContain("half-a-secret");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void a_list_is_read_to_its_end_page_by_page() {
        platform.answers("GET", "/api/v1/keys?limit=200", 200, "{\"items\":[{\"keyId\":\"a\"}],\"next\":\"c/1\"}")
                .answers("GET", "/api/v1/keys?limit=200&after=c%2F1", 200, "{\"items\":[{\"keyId\":\"b\"}]}");

        assertThat(run("key", "list", "--all", "--json")).isZero();

        assertThat(out).isEqualTo("{\"keyId\":\"a\"}\n{\"keyId\":\"b\"}\n");
    }

    @Test
    void a_list_for_people_stands_in_columns() {
        platform.answers(
                "GET",
                "/api/v1/keys?limit=100",
                200,
                "{\"items\":[{\"keyId\":\"a\",\"name\":\"Short\",\"scope\":\"admin\"},"
                        + "{\"keyId\":\"bb\",\"name\":\"日本\",\"scope\":\"admin\"}]}");

        assertThat(run("key", "list")).isZero();

        List<String> lines = out.lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("KEY ID  NAME   SCOPE");
        assertThat(lines.get(1)).startsWith("a       Short  admin");
        assertThat(lines.get(2)).startsWith("bb      日本   admin");
    }

    @Test
    void what_strangers_wrote_cannot_steer_the_terminal() {
        platform.answers(
                "GET",
                "/api/v1/audit?limit=50",
                200,
                "{\"items\":[{\"type\":\"io.keyledger.auth.failed.v1\",\"time\":\"2026-11-22T11:00:00.000000Z\","
                        + "\"data\":{\"path\":\"/\\u001b[2J\\u202e\"}}]}");

        assertThat(run("audit")).isZero();

        assertThat(out)
                .contains("/\\u001b[2J\\u202e")
                .doesNotContain("\u001b[2J")
                .doesNotContain("\u202e");
    }

    @Test
    void not_now_is_asked_again_with_the_same_idempotency_key() {
        platform.answers("POST", "/api/v1/keys", 503, Map.of("Retry-After", "0"), "{\"title\":\"Database away\"}")
                .answers("POST", "/api/v1/keys", 201, created());

        assertThat(run("key", "create", "SIEM", "-s", "read-only")).isZero();

        assertThat(platform.asked()).hasSize(2);
        assertThat(platform.asked().get(0).header("Idempotency-key")).isNotEmpty();
        assertThat(platform.asked().get(1).header("Idempotency-key"))
                .isEqualTo(platform.asked().get(0).header("Idempotency-key"));
    }

    @Test
    void a_description_can_be_taken_away() {
        platform.answers("PATCH", "/api/v1/keys/" + KEY_ID, 200, "{}");

        assertThat(run("key", "update", KEY_ID, "--no-description")).isZero();

        assertThat(platform.asked().getFirst().body()).isEqualTo("{\"description\":null}");
    }

    @Test
    void a_revocation_names_every_edge_with_its_time() {
        platform.answers("POST", "/api/v1/keys/" + KEY_ID + "/revoke", 200, EFFECTIVE.formatted(KEY_ID));

        assertThat(run("key", "revoke", KEY_ID, "--yes", "--reason-code", "COMPROMISED"))
                .isZero();

        assertThat(out).isEqualTo("Revoked " + KEY_ID + ", refused everywhere: edge-1 (7 ms)\n");
        assertThat(object(platform.asked().getFirst().body())).isEqualTo(Map.of("reasonCode", "compromised"));
    }

    @Test
    void a_revocation_is_followed_until_every_edge_has_confirmed() {
        platform.answers(
                        "POST",
                        "/api/v1/keys/" + KEY_ID + "/revoke",
                        202,
                        "{\"effective\":false,\"barrier\":\"/api/v1/barriers/b1\"}")
                .answers("GET", "/api/v1/barriers/b1", 200, "{\"effective\":false}")
                .answers("GET", "/api/v1/barriers/b1", 200, EFFECTIVE.formatted(KEY_ID));

        assertThat(run("key", "revoke", KEY_ID, "--yes")).isZero();

        assertThat(out).contains("edge-1 (7 ms)");
    }

    @Test
    void a_revocation_that_an_edge_has_not_confirmed_says_which_and_has_its_own_exit_code() {
        platform.answers(
                "POST",
                "/api/v1/keys/" + KEY_ID + "/revoke",
                202,
                "{\"effective\":false,\"pending\":[{\"edge\":\"edge-2\",\"reason\":\"silent\"}],"
                        + "\"harmlessAt\":\"2026-11-22T11:00:30.000000Z\"}");

        assertThat(run("key", "revoke", KEY_ID, "--yes", "--wait", "0s")).isEqualTo(Failure.UNCONFIRMED);

        assertThat(err).contains("edge-2 (silent)").contains("2026-11-22T11:00:30Z");
    }

    @Test
    void without_a_yes_nothing_is_revoked() {
        platform.answers("GET", "/api/v1/keys/" + KEY_ID, 200, "{\"keyId\":\"" + KEY_ID + "\",\"name\":\"SIEM\"}");
        typed("n\n");

        assertThat(run("key", "revoke", KEY_ID)).isEqualTo(Failure.FAILED);

        assertThat(err).contains("\"SIEM\"").contains("[y/N]");
        assertThat(platform.changes()).isEmpty();
    }

    @Test
    void a_dry_run_of_many_revokes_none() {
        platform.answers(
                "POST", "/api/v1/keys/revoke", 200, "{\"dryRun\":true,\"items\":[{\"keyId\":\"" + KEY_ID + "\"}]}");

        assertThat(run("key", "revoke", "--owner", "usr_bob", "--dry-run")).isZero();

        assertThat(platform.changes()).hasSize(1);
        assertThat(object(platform.asked().getFirst().body()))
                .containsEntry("dryRun", true)
                .containsEntry("filter", Map.of("owner", "usr_bob"));
        assertThat(out).contains(KEY_ID);
    }

    @Test
    void many_keys_are_revoked_as_shown_after_one_yes() {
        platform.answers(
                        "POST",
                        "/api/v1/keys/revoke",
                        200,
                        "{\"items\":[{\"keyId\":\"%s\"},{\"keyId\":\"%s\"}]}".formatted(KEY_ID, OTHER_ID))
                .answers("POST", "/api/v1/keys/revoke", 200, "{\"revoked\":2,\"effective\":true}");
        typed("y\n");

        assertThat(run("key", "revoke", KEY_ID, OTHER_ID, KEY_ID)).isZero();

        assertThat(out).contains("Revoked 2 of 2 keys");
        assertThat(object(platform.changes().get(1).body()))
                .containsEntry("keyIds", List.of(KEY_ID, OTHER_ID))
                .containsEntry("dryRun", false);
    }

    @Test
    void ids_are_read_from_standard_input_where_a_dash_stands() {
        platform.answers("POST", "/api/v1/keys/" + KEY_ID + "/suspend", 200, EFFECTIVE.formatted(KEY_ID))
                .answers("POST", "/api/v1/keys/" + OTHER_ID + "/suspend", 200, EFFECTIVE.formatted(OTHER_ID));
        typed(KEY_ID + "\n\n" + OTHER_ID + "\n");

        assertThat(run("key", "suspend", "-")).isZero();

        assertThat(platform.changes()).hasSize(2);
    }

    @Test
    void one_key_that_fails_does_not_stop_the_others() {
        platform.answers("POST", "/api/v1/keys/" + KEY_ID + "/resume", 409, "{\"title\":\"Not suspended\"}")
                .answers("POST", "/api/v1/keys/" + OTHER_ID + "/resume", 200, "{}");

        assertThat(run("key", "resume", KEY_ID, OTHER_ID)).isEqualTo(Failure.FAILED);

        assertThat(out).as(err).contains("Resumed " + OTHER_ID);
        assertThat(err).contains(KEY_ID + ": Not suspended").contains("1 of 2");
    }

    @Test
    void a_bootstrap_key_replaces_the_last_one_and_is_not_printed() throws IOException {
        platform.answers(
                "POST",
                "/internal/bootstrap",
                201,
                "{\"key\":\"%s\",\"keyId\":\"%s\",\"expiresAt\":\"2026-11-23T11:00:00.000000Z\"}"
                        .formatted(issuedKey, KEY_ID));

        assertThat(run("bootstrap")).isZero();

        Path file = platform.root().resolve("bootstrap.key");
        assertThat(Files.readString(file)).isEqualTo(issuedKey + "\n");
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(out + err).doesNotContain(issuedKey).contains(KEY_ID);
        assertThat(platform.asked().getFirst().clientCertificate()).isEqualTo("CN=operator");
        assertThat(platform.asked().getFirst().header("Authorization")).isEmpty();
    }

    @Test
    void the_key_of_a_new_tenant_goes_to_its_own_file_and_is_not_printed() throws IOException {
        platform.answers(
                "POST",
                "/api/v1/tenants",
                201,
                "{\"tenantId\":\"t_acme\",\"name\":\"Acme\",\"bootstrap\":{\"key\":\"%s\",\"keyId\":\"%s\"}}"
                        .formatted(issuedKey, KEY_ID));

        assertThat(run("tenant", "create", "t_acme", "--json")).isZero();

        Path file = platform.root().resolve("tenants/t_acme.key");
        assertThat(Files.readString(file).strip()).isEqualTo(issuedKey);
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(file.resolveSibling("."))).isEqualTo("rwx------");
        assertThat(out + err).doesNotContain(issuedKey).contains(file.toString());
    }

    @Test
    void a_tenant_id_cannot_name_a_file_elsewhere() {
        assertThat(run("tenant", "create", "t_../../x")).isEqualTo(Failure.USAGE);
        assertThat(run("bootstrap", "--tenant", "../x")).isEqualTo(Failure.USAGE);

        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void a_keys_policy_is_given_in_the_short_forms_and_sent_whole() {
        platform.answers("POST", "/api/v1/keys", 201, created());

        assertThat(run(
                        "key",
                        "create",
                        "shop",
                        "-s",
                        "read-write",
                        "--permission",
                        "orders:read",
                        "--route",
                        "get /orders/**",
                        "--address",
                        "192.0.2.0/24",
                        "--address",
                        "2001:db8::/32",
                        "--country",
                        "ch",
                        "--hours",
                        "mon-fri 08:00-18:00 Europe/Zurich",
                        "--not-before",
                        "2026-12-01T08:00",
                        "--rate",
                        "100/10s",
                        "--shared-rate",
                        "5000/h",
                        "--quota",
                        "10000/day@Europe/Zurich"))
                .isZero();

        assertThat(object(lastChange().body()).get("policy")).isEqualTo(object("""
                        {"permissions":["orders:read"],"routes":[{"methods":["GET"],"path":"/orders/**"}],
                         "addresses":["192.0.2.0/24","2001:db8::/32"],"countries":["CH"],
                         "hours":[{"days":["monday","tuesday","wednesday","thursday","friday"],"from":"08:00","to":"18:00",
                           "zone":"Europe/Zurich"}],
                         "notBefore":"2026-12-01T08:00:00.000000Z",
                         "rates":[{"requests":100,"windowSeconds":10,"of":"key"},{"requests":5000,"windowSeconds":3600,"of":"owner"}],
                         "quotas":[{"requests":10000,"period":"day","zone":"Europe/Zurich","of":"key"}]}"""));
    }

    @Test
    void a_part_of_a_policy_that_cannot_be_read_is_named_before_anything_is_asked() {
        for (String[] wrong : new String[][] {
            {"--rate", "100"},
            {"--quota", "5/year"},
            {"--address", "10.0.0.0/33"},
            {"--country", "Mars"},
            {"--hours", "always"},
            {"--route", "orders"},
            {"--not-before", "soon"}
        }) {
            assertThat(run("key", "create", "x", "-s", "read-only", wrong[0], wrong[1]))
                    .as(wrong[0])
                    .isEqualTo(Failure.USAGE);
            assertThat(err).contains(wrong[0], "“" + wrong[1] + "”", "write");
        }
        assertThat(run("key", "create", "x", "-s", "read-only", "--policy", "-", "--rate", "1/s"))
                .isEqualTo(Failure.USAGE);
        assertThat(run("key", "update", KEY_ID, "--no-policy", "--rate", "1/s")).isEqualTo(Failure.USAGE);
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void a_change_of_one_part_of_a_policy_keeps_the_others() {
        platform.answers(
                "GET",
                "/api/v1/keys/" + KEY_ID,
                200,
                "{\"keyId\":\"%s\",\"policy\":{\"addresses\":[\"192.0.2.0/24\"],\"rates\":[{\"requests\":1,\"windowSeconds\":1,\"of\":\"key\"}]}}"
                        .formatted(KEY_ID));
        platform.answers("PATCH", "/api/v1/keys/" + KEY_ID, 200, "{\"keyId\":\"" + KEY_ID + "\"}");

        assertThat(run("key", "update", KEY_ID, "--country", "CH", "--without", "rates"))
                .isZero();
        assertThat(object(lastChange().body()))
                .isEqualTo(object("{\"policy\":{\"addresses\":[\"192.0.2.0/24\"],\"countries\":[\"CH\"]}}"));

        assertThat(run("key", "update", KEY_ID, "--no-policy")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"policy\":null}");

        // A key as it is shown, or a policy alone.
        typed("{\"keyId\":\"%s\",\"policy\":{\"countries\":[\"DE\"]}}".formatted(OTHER_ID));
        assertThat(run("key", "update", KEY_ID, "--policy", "-")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"policy\":{\"countries\":[\"DE\"]}}");
        typed("[]");
        assertThat(run("key", "update", KEY_ID, "--policy", "-")).isEqualTo(Failure.USAGE);
    }

    @Test
    void a_keys_policy_is_shown_in_words_and_with_json_whole() {
        String key =
                "{\"keyId\":\"%s\",\"name\":\"shop\",\"policy\":{\"addresses\":[\"192.0.2.0/24\"],\"rates\":[{\"requests\":100,\"windowSeconds\":10,\"of\":\"owner\"}]},\"restrictedBy\":[\"addresses\",\"rates\"]}"
                        .formatted(KEY_ID);
        platform.answers("GET", "/api/v1/keys/" + KEY_ID, 200, key);
        assertThat(run("key", "show", KEY_ID)).isZero();
        assertThat(out)
                .contains("Only from 192.0.2.0/24", "At most 100 requests in any 10 seconds, shared")
                .doesNotContain("windowSeconds", "estricted");
        assertThat(run("key", "show", KEY_ID, "--json")).isZero();
        assertThat(out.strip()).isEqualTo(key);
    }

    @Test
    void what_the_platform_warns_of_goes_to_standard_error() {
        platform.answers(
                "POST",
                "/api/v1/keys",
                201,
                created().replace("\"usable\"", "\"warnings\":[\"Admin is more than services need.\"],\"usable\""));
        assertThat(run("key", "create", "x", "-s", "admin", "--owner", "svc_ci"))
                .isZero();
        assertThat(err).contains("Admin is more than services need.");
        assertThat(out).doesNotContain("more than services");
    }

    @Test
    void a_scope_that_no_key_can_have_is_not_offered() {
        assertThat(run("key", "create", "x", "-s", "default")).isEqualTo(Failure.USAGE);
        assertThat(err).contains("read-only").doesNotContain("of default");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void a_password_is_read_from_standard_input_and_printed_nowhere() {
        platform.answers(
                "PUT",
                "/api/v1/users/" + USER + "/password",
                200,
                "{\"userId\":\"%s\",\"login\":\"alice\",\"displayName\":\"Alice\",\"roles\":[],\"enabled\":true}"
                        .formatted(USER));
        typed("correct horse battery\n");
        assertThat(run("user", "set-password", USER)).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"password\":\"correct horse battery\"}");
        assertThat(out + err).contains(USER, "password is set").doesNotContain("correct horse");
        typed("");
        assertThat(run("user", "set-password", USER)).isEqualTo(Failure.USAGE);
        assertThat(run("user", "set-password", USER, "correct horse battery")).isEqualTo(Failure.USAGE);
        assertThat(platform.changes()).hasSize(1);
    }

    @Test
    void a_new_user_without_a_password_is_told_to_be_unable_to_sign_in() {
        platform.answers(
                "POST",
                "/api/v1/users",
                201,
                "{\"userId\":\"%s\",\"login\":\"bob\",\"displayName\":\"Bob\",\"roles\":[],\"enabled\":true}"
                        .formatted(USER));
        assertThat(run("user", "create", "bob", "--name", "Bob")).isZero();
        assertThat(err).contains("Nobody can sign in as bob", "user set-password " + USER);
    }

    @Test
    void a_wrong_option_of_up_is_a_wrong_command_line() {
        assertThat(run("up", "--edges", "0")).isEqualTo(Failure.USAGE);
        assertThat(err).contains("1 to 9");
        assertThat(run("up", "--port-api", "70000")).isEqualTo(Failure.USAGE);
        assertThat(run("up", "--heap", "auth-edge=1k")).isEqualTo(Failure.USAGE);
        assertThat(run("up", "--detach", "--host-name", "NO")).isEqualTo(Failure.USAGE);
    }

    private FakePlatform.Asked lastChange() {
        return platform.changes().getLast();
    }

    private static final String USER = "usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0";

    @Test
    void a_new_users_password_comes_from_a_file_and_is_printed_nowhere() throws IOException {
        Path file = Files.writeString(folder.resolve("pw"), "correct horse battery\n");
        platform.answers(
                "POST",
                "/api/v1/users",
                201,
                "{\"userId\":\"%s\",\"login\":\"alice\",\"displayName\":\"Alice\",\"roles\":[\"auditor\",\"developer\"],\"enabled\":true}"
                        .formatted(USER));
        assertThat(run(
                        "user",
                        "create",
                        "alice",
                        "--name",
                        "Alice",
                        "--role",
                        "auditor",
                        "--role",
                        "DEVELOPER",
                        "--password-file",
                        file.toString()))
                .isZero();
        assertThat(lastChange().body())
                .contains("\"roles\":[\"auditor\",\"developer\"]", "\"password\":\"correct horse battery\"");
        assertThat(out + err).contains(USER, "auditor, developer").doesNotContain("correct horse");
    }

    @Test
    void a_user_is_disabled_once_every_edge_has_confirmed() {
        platform.answers(
                "POST",
                "/api/v1/users/" + USER + "/disable",
                202,
                "{\"userId\":\"%s\",\"enabled\":false,\"roles\":[],\"effective\":false,\"barrier\":\"/api/v1/barriers/b\",\"edges\":[]}"
                        .formatted(USER));
        platform.answers(
                "GET",
                "/api/v1/barriers/b",
                200,
                "{\"effective\":true,\"edges\":[{\"edge\":\"edge-1\",\"millis\":7}]}");
        assertThat(run("user", "disable", USER, "--reason", "left")).isZero();
        assertThat(out + err).contains("disabled", "edge-1 (7 ms)");
        assertThat(run("user", "disable", "alice")).isEqualTo(Failure.USAGE);
    }

    @Test
    void a_user_is_erased_only_when_that_is_said_twice_and_for_a_word() {
        platform.answers(
                "POST",
                "/api/v1/users/" + USER + "/erase",
                200,
                "{\"userId\":\"%s\",\"displayName\":\"Erased user\",\"enabled\":false,\"roles\":[],\"effective\":true,\"edges\":[]}"
                        .formatted(USER));
        assertThat(run("user", "erase", USER)).isEqualTo(Failure.USAGE);
        assertThat(run("user", "erase", USER, "--reason", "left", "--yes")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"reasonCode\":\"left\"}");
        assertThat(out).contains("Erased user");
        assertThat(run("user", "erase", USER, "--reason", "she asked for it", "--yes"))
                .isEqualTo(Failure.USAGE);
    }

    @Test
    void the_roles_of_a_user_are_set_as_a_whole_and_may_be_none() {
        platform.answers(
                "PUT",
                "/api/v1/users/" + USER + "/roles",
                200,
                "{\"userId\":\"%s\",\"roles\":[],\"enabled\":true,\"effective\":true,\"edges\":[]}".formatted(USER));
        assertThat(run("user", "roles", USER, "key-admin", "viewer")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"roles\":[\"key-admin\",\"viewer\"]}");
        assertThat(run("user", "roles", USER)).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"roles\":[]}");
        assertThat(run("user", "roles", USER, "emperor")).isEqualTo(Failure.USAGE);
    }

    @Test
    void a_tenant_is_entitled_by_the_operators_certificate() {
        platform.answers("PUT", "/internal/tenants/t_acme/entitlements", 200, "{\"selfService\":false}");
        assertThat(run("tenant", "entitle", "t_acme", "--no-self-service")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"selfService\":false}");
        assertThat(lastChange().clientCertificate()).isNotEmpty();
        assertThat(run("tenant", "entitle", "t_acme")).isEqualTo(Failure.USAGE);
    }

    @Test
    void a_tenant_gets_a_host_name_or_none() {
        platform.answers(
                "PATCH", "/internal/tenants/t_acme", 200, "{\"tenantId\":\"t_acme\",\"host\":\"keys.acme.example\"}");
        assertThat(run("tenant", "host", "t_acme", "keys.acme.example")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"host\":\"keys.acme.example\"}");
        assertThat(lastChange().clientCertificate()).isNotEmpty();
        assertThat(out).contains("keys.acme.example");
        assertThat(run("tenant", "host", "t_acme", "--none")).isZero();
        assertThat(lastChange().body()).isEqualTo("{\"host\":null}");
        assertThat(run("tenant", "host", "t_acme")).isEqualTo(Failure.USAGE);
        assertThat(run("tenant", "host", "t_acme", "x.example", "--none")).isEqualTo(Failure.USAGE);
    }

    @Test
    void edges_are_listed_with_the_operators_certificate_and_no_key() {
        platform.answers(
                "GET",
                "/internal/edges",
                200,
                "{\"items\":[{\"edge\":\"edge-1\",\"boot\":\"b1\",\"standing\":\"live\"},{\"edge\":\"edge-2\",\"boot\":\"b2\",\"standing\":\"ended\"}]}");

        assertThat(run("edge", "list")).isZero();
        assertThat(out.lines()).hasSize(3);
        assertThat(out.lines().toList().get(2)).matches("edge-2 +ended +b2");

        assertThat(run("edge", "list", "--json")).isZero();
        assertThat(out.lines().map(KeyledgerTest::object))
                .extracting(edge -> edge.get("edge") + " " + edge.get("standing"))
                .containsExactly("edge-1 live", "edge-2 ended");
        assertThat(platform.asked()).allSatisfy(asked -> {
            assertThat(asked.clientCertificate()).isEqualTo("CN=operator");
            assertThat(asked.header("Authorization")).isEmpty();
        });
    }

    @Test
    void an_edge_is_retired_after_a_yes_and_not_before() {
        platform.answers(
                "POST", "/internal/edges/edge-2/retire", 200, "{\"edge\":\"edge-2\",\"standing\":\"retired\"}");

        typed("n\n");
        assertThat(run("edge", "retire", "edge-2")).isEqualTo(Failure.FAILED);
        assertThat(platform.asked()).isEmpty();

        typed("y\n");
        assertThat(run("edge", "retire", "edge-2")).isZero();
        assertThat(out).contains("Retired edge-2");
        assertThat(platform.asked().getFirst().clientCertificate()).isEqualTo("CN=operator");
        assertThat(platform.asked().getFirst().header("Authorization")).isEmpty();

        assertThat(run("edge", "retire", "edge-2", "--yes", "--json")).isZero();
        assertThat(object(out)).isEqualTo(Map.of("edge", "edge-2", "standing", "retired"));
    }

    @Test
    void an_edge_id_stays_one_segment_of_the_path() {
        assertThat(run("edge", "retire", "../bootstrap?x=", "--yes")).isEqualTo(Failure.FAILED);

        assertThat(platform.asked().getFirst().path()).isEqualTo("/internal/edges/..%2Fbootstrap%3Fx%3D/retire");
    }

    @Test
    void settings_go_to_the_platform_in_their_own_types() {
        platform.answers("PUT", "/api/v1/settings", 200, "{\"keys.maxPerOwner\":20,\"keys.prefix\":\"12\"}");

        assertThat(run(
                        "settings",
                        "set",
                        "keys.maxPerOwner=20",
                        "keys.maxExpiry=365d",
                        "keys.expiryRequired=true",
                        "keys.prefix=12",
                        "keys.defaultExpiry=none"))
                .isZero();

        assertThat(platform.asked().getFirst().body())
                .isEqualTo("{\"keys.maxPerOwner\":20,\"keys.maxExpiry\":\"P365D\",\"keys.expiryRequired\":true,"
                        + "\"keys.prefix\":\"12\",\"keys.defaultExpiry\":null}");
        assertThat(out).contains("keys.maxExpiry       none");
    }

    @Test
    void a_key_to_verify_comes_from_standard_input_and_the_verdict_is_the_exit_code() {
        platform.answers("POST", "/v1/verify", 200, "{\"valid\":true,\"code\":\"accepted\"}")
                .answers("POST", "/v1/verify", 200, "{\"valid\":false,\"code\":\"revoked\"}");
        typed(issuedKey + "\n");
        assertThat(run("verify", "--permission", "objects:read")).isZero();
        assertThat(object(platform.asked().getFirst().body()))
                .containsEntry("key", issuedKey)
                .containsEntry("permission", "objects:read");

        typed(issuedKey + "\n");
        assertThat(run("verify")).isEqualTo(Failure.FAILED);
        assertThat(out).contains("revoked").doesNotContain(issuedKey);
    }

    @Test
    void a_refusal_is_explained_by_the_fact_that_decided_and_who_set_it() {
        platform.answers(
                        "GET",
                        "/api/v1/keys/" + KEY_ID,
                        200,
                        "{\"credentials\":[{\"credentialId\":\"aaaaaaaaaaaa\"},{\"credentialId\":\"0M9ODf6X0ft3\"}]}")
                .answers(
                        "POST",
                        "/api/v1/decisions/explain",
                        200,
                        "{\"allowed\":false,\"code\":\"address-not-allowed\",\"facts\":[{\"name\":\"policy.addresses\",\"decisive\":true,"
                                + "\"value\":\"Only from 192.0.2.0/24\",\"setBy\":{\"by\":\"usr_bob\",\"at\":\"2026-11-22T11:00:00.000000Z\","
                                + "\"eventId\":\"e-1\",\"type\":\"key.updated\"}}]}");

        assertThat(run("key", "explain", KEY_ID, "--permission", "orders:read", "--address", "198.51.100.9"))
                .isZero();

        assertThat(out).contains("refused: address-not-allowed", "policy.addresses", "usr_bob", "e-1");
        assertThat(object(platform.asked().getLast().body()))
                .isEqualTo(Map.of("credentialId", "0M9ODf6X0ft3", "permission", "orders:read", "ip", "198.51.100.9"));
    }

    @Test
    void a_difference_is_shown_by_event_and_member() {
        platform.answers(
                "GET",
                "/api/v1/keys/" + KEY_ID + "/diff?*",
                200,
                "{\"events\":[{\"eventId\":\"e-2\",\"type\":\"key.updated\",\"at\":\"2026-11-22T11:00:00.000000Z\",\"by\":\"usr_bob\","
                        + "\"changes\":[{\"member\":\"scope\",\"from\":\"admin\",\"to\":\"read-only\"}]}]}");

        assertThat(run("key", "diff", KEY_ID, "--from", "2026-11-01T00:00")).isZero();

        assertThat(out).contains("e-2", "usr_bob", "scope", "admin", "read-only");
    }

    @Test
    void a_long_simulation_is_waited_for_and_says_who_would_have_been_refused() {
        platform.answers(
                        "POST",
                        "/api/v1/simulations",
                        202,
                        "{\"id\":\"sim_1\",\"state\":\"running\",\"progress\":{\"keys\":1,\"events\":2}}")
                .answers(
                        "GET",
                        "/api/v1/simulations/sim_1",
                        200,
                        "{\"id\":\"sim_1\",\"state\":\"done\",\"result\":{\"complete\":true,\"requests\":9,\"wouldRefuse\":{\"requests\":4,"
                                + "\"byAddress\":[{\"name\":\"198.51.100.9\",\"requests\":4}]}}}");

        assertThat(run("simulate", "--from", "2026-11-01T00:00", "--owner", "svc_ci", "--address", "192.0.2.0/24"))
                .isZero();

        assertThat(out).contains("wouldRefuse", "198.51.100.9");
        assertThat(object(platform.asked().getFirst().body()))
                .isEqualTo(Map.of(
                        "window",
                        Map.of("from", "2026-11-01T00:00:00Z"),
                        "owner",
                        "svc_ci",
                        "change",
                        Map.of("policy", Map.of("addresses", List.of("192.0.2.0/24")))));
    }

    @Test
    void the_text_that_leaked_is_read_from_standard_input_and_not_shown() {
        platform.answers(
                "POST",
                "/api/v1/incidents",
                200,
                "{\"keyId\":\"" + KEY_ID
                        + "\",\"accepted\":3,\"firstDeviation\":{\"differsBy\":[\"address\"],\"ip\":\"203.0.113.66\"},"
                        + "\"addresses\":[{\"name\":\"203.0.113.66\",\"seenBefore\":false,\"accepted\":3,\"refused\":0}]}");
        typed("export KEY=" + issuedKey + "\n");

        assertThat(run("incident")).isZero();

        assertThat(out).contains(KEY_ID, "203.0.113.66", "new", "no: revoke it");
        assertThat(out + err).doesNotContain(issuedKey);
        assertThat(String.valueOf(object(platform.asked().getLast().body()).get("key")))
                .contains(issuedKey);
    }

    @Test
    void a_history_with_a_hole_is_shown_and_failed() {
        platform.answers(
                "GET",
                "/api/v1/keys/" + KEY_ID + "/history?limit=200",
                200,
                "{\"items\":[{\"source\":\"urn:keyledger:i:key:" + KEY_ID
                        + "\",\"sequence\":\"00000000000000000002\",\"prevhash\":\"00\"}]}");

        assertThat(run("key", "history", KEY_ID)).isEqualTo(Failure.FAILED);

        assertThat(err).contains("CHAIN BROKEN");
    }

    @Test
    void following_shows_each_event_once_in_order_and_not_its_own_questions() throws InterruptedException {
        String begin = "{\"items\":[" + event("b", "key.used", "x", "/orders") + ","
                + event("a", "key.created", "x", "") + "]}";
        String later = "{\"items\":[" + event("d", "key.revoked", "x", "") + ","
                + event("c", "key.used", "0M9ODf6X0ft3", "/api/v1/audit") + "," + event("b", "key.used", "x", "/orders")
                + ","
                + event("a", "key.created", "x", "") + "]}";
        platform.answers("GET", "/api/v1/audit?*", 200, begin)
                .answers("GET", "/api/v1/audit?*", 200, begin)
                .answers("GET", "/api/v1/audit?*", 200, later);
        Thread follower = Thread.ofPlatform().start(() -> run("audit", "--follow", "--json"));
        for (int i = 0; i < 600 && platform.asked().size() < 4; i++) {
            Thread.sleep(50);
        }
        follower.interrupt();
        follower.join();

        assertThat(out.lines().map(line -> object(line).get("id"))).containsExactly("a", "b", "d");
    }

    @Test
    void following_from_now_on_begins_where_the_platform_is_whatever_the_time_is_here() throws InterruptedException {
        String newest = "{\"items\":[" + event("a", "key.created", "x", "") + "]}";
        String later =
                "{\"items\":[" + event("b", "key.revoked", "x", "") + "," + event("a", "key.created", "x", "") + "]}";
        platform.answers("GET", "/api/v1/audit?*", 200, newest).answers("GET", "/api/v1/audit?*", 200, later);
        Thread follower = Thread.ofPlatform().start(() -> run("audit", "--follow", "--limit", "0", "--json"));
        for (int i = 0; i < 600 && platform.asked().size() < 3; i++) {
            Thread.sleep(50);
        }
        follower.interrupt();
        follower.join();

        assertThat(out.lines().map(line -> object(line).get("id"))).containsExactly("b");
        assertThat(platform.asked().get(1).path()).contains("startDate=2026-11-22T11");
    }

    private static String event(String id, String type, String credential, String path) {
        return "{\"data\":{\"credentialId\":\"%s\",\"path\":\"%s\"},\"id\":\"%s\",\"time\":\"2026-11-22T11:00:00.000000Z\",\"type\":\"io.keyledger.%s.v1\"}"
                .formatted(credential, path, id, type);
    }

    @Test
    void an_answer_that_is_not_json_is_no_stack_trace() {
        platform.answers("GET", "/api/v1/keys?limit=100", 200, "<html>hello</html>");

        assertThat(run("key", "list")).isEqualTo(Failure.FAILED);

        assertThat(err.lines()).hasSize(1);
    }

    @Test
    void the_completion_script_completes_in_a_real_shell() throws IOException, InterruptedException {
        assertThat(run("completion", "bash")).isZero();
        Path script = Files.writeString(folder.resolve("completion"), out);

        assertThat(offered(script, "key", "re")).containsExactlyInAnyOrder("revoke", "resume", "reveal");
        assertThat(offered(script, "edge", "")).containsExactlyInAnyOrder("list", "ls", "retire");
    }

    private static List<String> offered(Path script, String command, String typed)
            throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source \"$1\"; compopt() { :; }; COMP_WORDS=(keyledger \"$2\" \"$3\"); COMP_CWORD=2;"
                                + " COMP_LINE=\"keyledger $2 $3\"; COMP_POINT=${#COMP_LINE}; _complete_keyledger;"
                                + " printf '%s ' \"${COMPREPLY[@]}\"",
                        "bash",
                        script.toString(),
                        command,
                        typed)
                .redirectErrorStream(true)
                .start();
        String offered = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        return Arrays.asList(offered.strip().split(" +", -1));
    }

    @Test
    void every_command_has_a_help_text_with_an_example() {
        for (List<String> command : commands(Keyledger.commandLine(), List.of())) {
            List<String> line = new ArrayList<>(command);
            line.add("--help");
            assertThat(run(line.toArray(String[]::new))).isZero();
            assertThat(out).as("help of %s", command).contains("Usage: keyledger");
            assertThat(out).as("help of %s", command).containsAnyOf("Example", "COMMAND");
        }
    }

    private static List<List<String>> commands(picocli.CommandLine of, List<String> path) {
        List<List<String>> all = new ArrayList<>();
        all.add(path);
        of.getSubcommands().forEach((name, sub) -> {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            all.addAll(commands(sub, longer));
        });
        return all;
    }

    private String created() {
        return "{\"keyId\":\"%s\",\"credentialId\":\"0M9ODf6X0ft3\",\"key\":\"%s\",\"name\":\"SIEM\",\"scope\":\"read-only\",\"usable\":true}"
                .formatted(KEY_ID, issuedKey);
    }

    private int run(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--data");
        line.add(platform.root().toString());
        return runAsGiven(line.toArray(String[]::new));
    }

    private int runAsGiven(String... arguments) {
        StringWriter written = new StringWriter();
        StringWriter advice = new StringWriter();
        int code = Keyledger.run(new PrintWriter(written), new PrintWriter(advice), arguments);
        out = written.toString();
        err = advice.toString();
        assertThat(out + err).as("a stack trace").doesNotContain("\tat ", "Exception");
        return code;
    }

    private static void typed(String text) {
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, Object> object(String json) {
        return JsonReader.object(json.strip().getBytes(StandardCharsets.UTF_8));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String newKey() {
        return new KeyFactory(new SecureRandom())
                .create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"))
                .reveal();
    }
}
