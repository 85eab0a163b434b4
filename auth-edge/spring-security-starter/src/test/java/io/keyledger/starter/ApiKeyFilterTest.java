package io.keyledger.starter;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

class ApiKeyFilterTest {
    private static final PresentedKey KEY =
            new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"));
    private static final Credential CREDENTIAL = new Credential(new CredentialRecord(
            KEY.credentialId(),
            Ids.newKeyId(Instant.EPOCH),
            TenantId.DEFAULT,
            1,
            CredentialRecord.State.ACTIVE,
            KeyKind.KEY,
            Scope.READ_ONLY,
            new OwnerId("usr_alice"),
            "Reports",
            false,
            null,
            null,
            "p1",
            Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32])));

    private final List<AuthRequest> asked = new ArrayList<>();
    private Code code = Code.ACCEPTED;
    private final Routes routes = new Routes(List.of());
    private final ApiKeyFilter filter = new ApiKeyFilter(
            this::decide,
            request -> routes.permission(request.getMethod(), request.getRequestURI()),
            request -> request.getRequestURI().startsWith("/forwarded"),
            request -> "192.0.2.1",
            request -> tenant -> tenant.equals(new TenantId("t_" + request.getServerName())),
            new ApiKeyProblems());
    private final AtomicReference<@Nullable Authentication> inside = new AtomicReference<>();

    private Decision decide(AuthRequest request) {
        asked.add(request);
        return new Decision(
                new Verdict(code, code == Code.ACCEPTED ? CREDENTIAL : null, request.permission()),
                3,
                null,
                code.status() == 429 ? 17 : 0);
    }

    @Test
    void the_edge_is_told_whose_keys_may_be_used() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/orders");
        request.setServerName("acme");
        send(request);
        assertThat(asked.getLast().tenants()).accepts(new TenantId("t_acme")).rejects(new TenantId("t_default"));
    }

    private MockHttpServletResponse send(MockHttpServletRequest request) throws ServletException, IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain() {
            @Override
            public void doFilter(jakarta.servlet.ServletRequest q, jakarta.servlet.ServletResponse s) {
                inside.set(SecurityContextHolder.getContext().getAuthentication());
                response.setStatus(299);
            }
        });
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
        return response;
    }

    private static MockHttpServletRequest get(String path) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.addHeader("Authorization", "ApiKey " + KEY.reveal());
        return request;
    }

    @Test
    @Row({"S1-30", "S1-32"})
    void an_accepted_key_is_the_authentication_with_its_permissions_as_authorities() throws Exception {
        assertThat(send(get("/api/v1/objects")).getStatus()).isEqualTo(299);
        assertThat(inside.get()).isInstanceOfSatisfying(ApiKeyAuthenticationToken.class, token -> {
            assertThat(token.isAuthenticated()).isTrue();
            assertThat(token.getName()).isEqualTo(CREDENTIAL.keyId().value());
            assertThat(token.getCredentials()).isNull();
            assertThat(token.credential().tenant()).isEqualTo(TenantId.DEFAULT);
            assertThat(token.getAuthorities().stream().map(GrantedAuthority::getAuthority))
                    .contains("objects:read", "keys:read", "SCOPE_read-only")
                    .doesNotContain("keys:write", "settings:read");
            assertThat(token.toString()).doesNotContain(KEY.reveal());
        });
        AuthRequest request = asked.getFirst();
        assertThat(request.permission()).isEqualTo("objects:read");
        assertThat(request.presented()).isInstanceOf(Presented.Key.class);
        assertThat(request.requestId()).startsWith("req_");
    }

    @ParameterizedTest
    @CsvSource({"REVOKED, 401", "UNKNOWN, 401", "DISABLED, 401", "FORBIDDEN, 403", "STALE, 503", "SPOOL_FULL, 503"})
    @Row({"S1-60", "S4-37"})
    void a_refused_key_ends_the_request_with_a_problem_that_does_not_say_why(Code refused, int status)
            throws Exception {
        code = refused;
        MockHttpServletResponse response = send(get("/api/v1/objects"));
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getContentAsString())
                .contains("\"status\":" + status, "\"requestId\":\"req_")
                .doesNotContain("revoked", "unknown", "disabled", "stale", "spool")
                .doesNotContain(KEY.reveal());
        assertThat(response.getHeader("WWW-Authenticate") != null).isEqualTo(status == 401);
        assertThat(response.getHeader("Retry-After") != null).isEqualTo(status == 503);
        assertThat(inside.get()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"RATE_LIMITED, rate-limited", "QUOTA_EXCEEDED, quota-exceeded", "THROTTLED, throttled"})
    @Row({"S5-27", "S5-28"})
    void a_key_without_room_is_429_and_learns_when_to_come_again(Code refused, String problem) throws Exception {
        code = refused;
        MockHttpServletResponse response = send(get("/api/v1/objects"));
        assertThat(response.getStatus()).isEqualTo(429);
        assertThat(response.getHeader("Retry-After")).isEqualTo("17");
        assertThat(response.getContentAsString()).contains("problems/" + problem, "17 s");
        assertThat(inside.get()).isNull();
    }

    @Test
    void an_excluded_request_is_neither_decided_nor_recorded() throws Exception {
        assertThat(send(get("/forwarded/x")).getStatus()).isEqualTo(299);
        assertThat(asked).isEmpty();
        assertThat(inside.get()).isNull();
    }
}
