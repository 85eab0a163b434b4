package io.keyledger.events.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.PersonAssertion.Disbelieved;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PersonAssertionTest {
    private static final KeyPair PAIR = AssertionKeys.make();
    private static final Instant NOW = Instant.parse("2026-11-22T11:00:00Z");
    private static final byte[] BODY = "{\"name\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    private static final String TARGET = "/api/v1/keys?a=b";

    private static PersonAssertion assertion(@Nullable String ip) {
        return PersonAssertion.of(
                new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0"),
                new TenantId("t_acme"),
                "s3ss10n",
                "POST",
                TARGET,
                BODY,
                ip,
                "req_4",
                NOW.plusMillis(750));
    }

    private static PersonAssertion verify(String compact, Instant now) throws Disbelieved {
        return PersonAssertion.verify(compact, PAIR.getPublic(), "POST", TARGET, BODY, now);
    }

    @Test
    void when_the_person_was_last_asked_who_they_are_is_said_or_not() throws Exception {
        assertThat(verify(assertion(null).sign(PAIR.getPrivate()), NOW).authenticatedAt())
                .isNull();
        Instant asked = NOW.minusSeconds(90);
        assertThat(verify(assertion(null).authenticated(asked.plusMillis(3)).sign(PAIR.getPrivate()), NOW)
                        .authenticatedAt())
                .isEqualTo(asked);
        // A clock that runs a little ahead makes no assertion that cannot be.
        assertThat(assertion(null).authenticated(NOW.plusSeconds(9)).authenticatedAt())
                .isEqualTo(NOW);
    }

    @Test
    void one_reads_back_as_it_was_said() throws Exception {
        for (String ip : new String[] {null, "203.0.113.7", "2001:db8::1"}) {
            PersonAssertion said = assertion(ip);
            assertThat(verify(said.sign(PAIR.getPrivate()), NOW)).isEqualTo(said);
        }
        assertThat(assertion(null).id()).isNotEqualTo(assertion(null).id());
    }

    @Test
    void it_is_believed_for_thirty_seconds_and_the_leeway_of_clocks() throws Exception {
        String compact = assertion(null).sign(PAIR.getPrivate());
        Instant end = NOW.plus(PersonAssertion.LIFE).plus(PersonAssertion.LEEWAY);
        assertThat(assertion(null).expiresAt()).isEqualTo(NOW.plus(Duration.ofSeconds(30)));
        verify(compact, NOW.minus(PersonAssertion.LEEWAY));
        verify(compact, end.minusMillis(1));
        assertThatThrownBy(() -> verify(compact, end))
                .isInstanceOf(Disbelieved.class)
                .hasMessageContaining("over");
        assertThatThrownBy(
                        () -> verify(compact, NOW.minus(PersonAssertion.LEEWAY).minusMillis(1)))
                .isInstanceOf(Disbelieved.class)
                .hasMessageContaining("clocks");
    }

    @Test
    void it_is_believed_for_its_own_request_only() {
        String compact = assertion(null).sign(PAIR.getPrivate());
        assertAnother("PUT", TARGET, BODY, compact);
        assertAnother("POST", "/api/v1/keys", BODY, compact);
        assertAnother("POST", TARGET + "c", BODY, compact);
        assertAnother("POST", TARGET, new byte[0], compact);
    }

    private static void assertAnother(String method, String target, byte[] body, String compact) {
        assertThatThrownBy(() -> PersonAssertion.verify(compact, PAIR.getPublic(), method, target, body, NOW))
                .isInstanceOf(Disbelieved.class)
                .hasMessageContaining("another");
    }

    @Test
    void one_that_another_key_has_signed_is_not_believed() {
        String forged = assertion(null).sign(AssertionKeys.make().getPrivate());
        assertThatThrownBy(() -> verify(forged, NOW))
                .isInstanceOf(Disbelieved.class)
                .hasMessageContaining("signed");
    }

    /** Every single character counts: none can be another, be gone or be doubled. */
    @Test
    void no_character_of_it_can_be_changed() {
        String compact = assertion("203.0.113.7").sign(PAIR.getPrivate());
        for (int i = 0; i < compact.length(); i++) {
            char other = compact.charAt(i) == 'A' ? 'B' : 'A';
            String before = compact.substring(0, i);
            String after = compact.substring(i + 1);
            for (String changed :
                    new String[] {before + other + after, before + after, before + other + compact.substring(i)}) {
                assertThatThrownBy(() -> verify(changed, NOW)).as(changed).isInstanceOf(Disbelieved.class);
            }
        }
        assertThatThrownBy(() -> verify(compact + "=", NOW)).isInstanceOf(Disbelieved.class);
        assertThatThrownBy(() -> verify(compact + ".", NOW)).isInstanceOf(Disbelieved.class);
        assertThatThrownBy(() -> verify("", NOW)).isInstanceOf(Disbelieved.class);
        assertThatThrownBy(() -> verify("x".repeat(100_000), NOW)).isInstanceOf(Disbelieved.class);
    }

    static Stream<String> otherHeaders() {
        return Stream.of(
                "{\"alg\":\"none\"}",
                "{\"alg\":\"HS256\",\"typ\":\"keyledger-person+jwt\"}",
                "{\"alg\":\"EdDSA\"}",
                "{\"alg\":\"EdDSA\",\"typ\":\"keyledger-person+jwt\",\"jwk\":{}}",
                "{\"typ\":\"keyledger-person+jwt\",\"alg\":\"EdDSA\"}");
    }

    @ParameterizedTest
    @MethodSource("otherHeaders")
    void there_is_one_header_and_no_other_algorithm(String header) throws Exception {
        String payload = assertion(null).sign(PAIR.getPrivate()).split("\\.", -1)[1];
        assertThatThrownBy(() -> verify(signed(base64(header) + "." + payload), NOW))
                .isInstanceOf(Disbelieved.class)
                .hasMessageContaining("form");
    }

    static Stream<String> otherPayloads() {
        String good = payload();
        return Stream.of(
                good.replace("\"exp\":1795345230", "\"exp\":1795345231"),
                good.replace("\"iat\":", " \"iat\":"),
                good.replace("\"iat\":1795345200", "\"iat\":1795345200.5"),
                good.replace("\"iat\":1795345200", "\"iat\":\"1795345200\""),
                good.replace("\"sub\":", "\"admin\":true,\"sub\":"),
                good.replace("\"sub\":\"usr_", "\"sub\":\"svc_"),
                good.replace("\"sid\":\"s3ss10n\",", ""),
                good.replace("\"sid\":\"s3ss10n\"", "\"sid\":\"s3ss10n\",\"sid\":\"s3ss10n\""),
                good.replace("\"tid\":\"t_acme\"", "\"tid\":\"acme\""),
                good.replace("\"mth\":\"POST\"", "\"mth\":\"post\""),
                good + " ",
                "{}",
                "[]",
                "");
    }

    @ParameterizedTest
    @MethodSource("otherPayloads")
    void what_is_signed_but_not_of_the_one_form_is_not_believed(String payload) throws Exception {
        assertThat(payload).isNotEqualTo(payload());
        String header = assertion(null).sign(PAIR.getPrivate()).split("\\.", -1)[0];
        assertThatCode(() -> verify(signed(header + "." + base64(payload())), NOW))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(signed(header + "." + base64(payload)), NOW))
                .isInstanceOf(Disbelieved.class)
                .hasMessageContaining("form");
    }

    @Test
    void what_a_header_could_smuggle_is_no_part_of_one() {
        assertThatThrownBy(() -> assertion("203.0.113.7\r\nX: y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PersonAssertion.of(
                        new OwnerId("svc_x"), TenantId.DEFAULT, "s", "POST", TARGET, BODY, null, "req_4", NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sub");
    }

    @Test
    void the_keys_are_pem_files_and_no_other_file_is_one(@TempDir Path folder) throws Exception {
        Path key = Files.writeString(folder.resolve("k"), AssertionKeys.pem(PAIR.getPrivate()));
        Path pub = Files.writeString(folder.resolve("p"), AssertionKeys.pem(PAIR.getPublic()));
        String compact = assertion(null).sign(AssertionKeys.signing(key));
        assertThat(PersonAssertion.verify(compact, AssertionKeys.checking(pub), "POST", TARGET, BODY, NOW)
                        .tenant())
                .isEqualTo(new TenantId("t_acme"));
        assertThatThrownBy(() -> AssertionKeys.signing(pub)).hasMessageContaining(pub.toString());
        assertThatThrownBy(() -> AssertionKeys.checking(key)).hasMessageContaining(key.toString());
        Path broken =
                Files.writeString(folder.resolve("b"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        assertThatThrownBy(() -> AssertionKeys.checking(broken)).hasMessageContaining("Ed25519");
    }

    private static String payload() {
        PersonAssertion said = new PersonAssertion(
                new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0"),
                new TenantId("t_acme"),
                "s3ss10n",
                "POST",
                TARGET,
                assertion(null).bodyHash(),
                null,
                "req_4",
                NOW,
                "01JDA7T3Y9W8Q6V5N4M3K2H1G0",
                null);
        return new String(
                Base64.getUrlDecoder().decode(said.sign(PAIR.getPrivate()).split("\\.", -1)[1]),
                StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String signed(String content) throws Exception {
        PrivateKey key = PAIR.getPrivate();
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }
}
