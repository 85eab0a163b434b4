package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import io.keyledger.events.access.Role;
import io.keyledger.query.console.Browser.Page;
import io.keyledger.query.console.FakeCommandService.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Signing in with an identity provider: a real one, though small, over the real protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SingleSignOnIT {
    private OpenIdProvider provider;
    private ConsoleRig rig;

    @BeforeAll
    void start() throws IOException, JOSEException {
        provider = new OpenIdProvider();
        rig = new ConsoleRig(
                "keyledger.query.console.oidc.corporate.name=Example Corp",
                "keyledger.query.console.oidc.corporate.issuer=" + provider.issuer(),
                "keyledger.query.console.oidc.corporate.client-id=" + OpenIdProvider.CLIENT,
                "keyledger.query.console.oidc.corporate.client-secret=" + OpenIdProvider.SECRET,
                "keyledger.query.console.oidc.gone.name=Gone",
                "keyledger.query.console.oidc.gone.issuer=http://localhost:1",
                "keyledger.query.console.oidc.gone.client-id=keyledger");
        rig.people.put("usr_corporate", Set.of(Role.TENANT_ADMIN));
        rig.people.put("usr_somebody-else", Set.of(Role.VIEWER));
    }

    @AfterAll
    void stop() {
        rig.close();
        provider.close();
    }

    @AfterEach
    void restore() {
        provider.subject = "corporate";
        provider.audience = OpenIdProvider.CLIENT;
        provider.authenticatedBefore = Duration.ZERO;
        rig.ahead.set(Duration.ZERO);
    }

    /** There and back again, to the page that the journey ends on. */
    private Page journey(Browser browser, String start) {
        Page away = browser.get(start);
        assertThat(away.status()).isEqualTo(302);
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            String back = client.send(
                            HttpRequest.newBuilder(URI.create(String.valueOf(away.header("Location"))))
                                    .build(),
                            BodyHandlers.discarding())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertThat(back).startsWith(rig.origin + "/sign-in/back/corporate?");
            return browser.get(
                    back.substring(rig.origin.toString().length()),
                    "Sec-Fetch-Site",
                    "cross-site",
                    "Sec-Fetch-Mode",
                    "navigate",
                    "Sec-Fetch-Dest",
                    "document");
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void who_the_provider_vouches_for_is_in() {
        Browser browser = rig.browser();
        assertThat(browser.get("/sign-in").body()).contains("Example Corp").contains("/sign-in/with/corporate");
        Page end = journey(browser, "/sign-in/with/corporate?next=%2Fusers");
        assertThat(end.status()).isEqualTo(303);
        assertThat(end.header("Location")).isEqualTo("/users");
        assertThat(browser.get("/users").status()).isEqualTo(200);
        assertThat(provider.lastAsked)
                .containsEntry("code_challenge_method", "S256")
                .containsKeys("nonce", "state")
                .doesNotContainKey("prompt");
        Request request = rig.commands.to("/internal/sign-in/oidc").getLast();
        assertThat(request.body())
                .containsEntry("issuer", provider.issuer())
                .containsEntry("subject", "corporate")
                .containsEntry("email", "cora@example.com")
                .containsEntry("tenant", "t_default");
    }

    @Test
    void a_token_for_another_client_is_none() {
        provider.audience = "somebody-else";
        Browser browser = rig.browser();
        Page end = journey(browser, "/sign-in/with/corporate");
        assertThat(end.header("Location")).isEqualTo("/sign-in");
        assertThat(browser.get("/sign-in").body()).contains("did not confirm");
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void an_answer_that_nobody_asked_for_is_none() {
        Browser browser = rig.browser();
        Page end = browser.get("/sign-in/back/corporate?code=stolen&state=guessed");
        assertThat(end.header("Location")).isEqualTo("/sign-in");
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void proving_it_again_takes_the_provider_too_and_the_same_person() {
        Browser browser = rig.browser();
        journey(browser, "/sign-in/with/corporate");
        rig.ahead.set(Duration.ofMinutes(6));
        assertThat(browser.get("/users/usr_bob/password").status()).isEqualTo(303);
        assertThat(browser.get("/re-authenticate?next=%2Fusers%2Fusr_bob%2Fpassword")
                        .body())
                .contains("/sign-in/with/corporate?next=/users/usr_bob/password&amp;again=yes");

        provider.authenticatedBefore = Duration.ofMinutes(-6);
        provider.subject = "somebody-else";
        Page other = journey(browser, "/sign-in/with/corporate?again=yes&next=%2Fusers%2Fusr_bob%2Fpassword");
        assertThat(other.header("Location")).isEqualTo("/sign-in");
        assertThat(browser.get("/users/usr_bob/password").status()).isEqualTo(303);

        provider.subject = "corporate";
        provider.authenticatedBefore = Duration.ofHours(1);
        journey(browser, "/sign-in/with/corporate?again=yes&next=%2Fusers%2Fusr_bob%2Fpassword");
        assertThat(browser.get("/users/usr_bob/password").status()).isEqualTo(303);

        provider.authenticatedBefore = Duration.ofMinutes(-6);
        Page again = journey(browser, "/sign-in/with/corporate?again=yes&next=%2Fusers%2Fusr_bob%2Fpassword");
        assertThat(provider.lastAsked).containsEntry("prompt", "login").containsEntry("max_age", "0");
        assertThat(again.header("Location")).isEqualTo("/users/usr_bob/password");
        assertThat(browser.get("/users/usr_bob/password").status()).isEqualTo(200);
    }

    @Test
    void a_provider_that_is_away_hurts_nobody_else() {
        Browser browser = rig.browser();
        Page end = browser.get("/sign-in/with/gone");
        assertThat(end.status()).isEqualTo(302);
        assertThat(browser.get("/sign-in").body()).contains("does not answer");
        assertThat(rig.browser().get("/sign-in/with/unknown").status()).isEqualTo(404);
    }
}
