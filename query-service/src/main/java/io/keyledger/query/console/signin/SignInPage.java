package io.keyledger.query.console.signin;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.console.access.ConsoleConfig.Oidc;
import io.keyledger.query.console.access.ForEverybody;
import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.web.ServedHost;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /sign-in} and {@code /sign-out}. */
@Controller
class SignInPage {
    private static final Logger LOG = LoggerFactory.getLogger(SignInPage.class);
    static final String NOT_HERE =
            "This is not the address of that tenant. Go to its own address; its admins and the operator know it.";

    private static final String VIEW = "console/sign-in";

    private final IdentityClient identity;
    private final Sessions sessions;
    private final Arrival arrival;
    private final ConsoleConfig config;

    SignInPage(IdentityClient identity, Sessions sessions, Arrival arrival, ConsoleConfig config) {
        this.identity = identity;
        this.sessions = sessions;
        this.arrival = arrival;
        this.config = config;
    }

    @ForEverybody
    @GetMapping("/sign-in")
    String form(
            HttpServletRequest request,
            Model model,
            @RequestParam(name = "next", required = false) @Nullable String next,
            @RequestParam(name = "tenant", required = false) @Nullable String tenant) {
        if (PersonFilter.person(request) != null) {
            return "redirect:" + Next.of(next);
        }
        return form(request, model, next, tenant, "");
    }

    private String form(
            HttpServletRequest request, Model model, @Nullable String next, @Nullable String tenant, String login) {
        ServedHost host = ServedHost.of(request);
        String byHost = host.tenant().value();
        model.addAttribute("next", Next.of(next));
        model.addAttribute("tenant", tenant == null || tenant.isBlank() ? byHost : tenant);
        model.addAttribute("ownHost", host.owner() != null);
        model.addAttribute("otherTenant", tenant != null && !tenant.isBlank() && !tenant.equals(byHost));
        model.addAttribute("login", login);
        Map<String, Oidc> providers = new LinkedHashMap<>(config.oidc());
        providers.values().removeIf(provider -> !host.serves(new TenantId(provider.tenant())));
        model.addAttribute("providers", providers);
        return VIEW;
    }

    @ForEverybody
    @PostMapping("/sign-in")
    String signIn(
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            @RequestParam("login") String login,
            @RequestParam("password") String password,
            @RequestParam(name = "tenant", required = false) @Nullable String tenantText,
            @RequestParam(name = "next", required = false) @Nullable String next) {
        String tenant = tenant(request, tenantText);
        if (tenant == null) {
            // Not even tried: whether there is such a tenant is not said here.
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            model.addAttribute("refused", NOT_HERE);
            return form(request, model, next, tenantText, login);
        }
        CommandAnswer answer = identity.signIn(tenant, login.strip(), password, Sessions.origin(request));
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute("refused", words(answer));
            return form(request, model, next, tenant, login);
        }
        String userId = answer.text("userId");
        arrival.await(new OwnerId(userId), new TenantId(tenant));
        sessions.begin(request, userId, tenant, answer.text("displayName"), "password");
        return "redirect:" + Next.of(next);
    }

    /** The tenant that was typed, or else the one of the host; null for one that is not served here. */
    static @Nullable String tenant(HttpServletRequest request, @Nullable String typed) {
        ServedHost host = ServedHost.of(request);
        if (typed == null || typed.isBlank()) {
            return host.tenant().value();
        }
        try {
            TenantId tenant = new TenantId(typed.strip());
            return host.serves(tenant) ? tenant.value() : null;
        } catch (IllegalArgumentException e) {
            // A name that no tenant can have: command-service says so, as for any other that there is not.
            return host.owner() == null ? typed.strip() : null;
        }
    }

    static String words(CommandAnswer answer) {
        return switch (answer.status()) {
            case 401 ->
                "Name or password is wrong, or the account is disabled. Try again, or ask a tenant admin for a new password.";
            case 429 ->
                "Too many tries. Wait %d seconds and try again.".formatted(Math.max(1, answer.retryAfterSeconds()));
            default -> answer.detail();
        };
    }

    @ForSignedIn
    @PostMapping("/sign-out")
    String signOut(HttpServletRequest request, Person person) {
        sessions.end(request);
        try {
            CommandAnswer answer = identity.signOut(person);
            if (!answer.ok()) {
                LOG.warn("the sign-out could not be recorded: {} {}", answer.status(), answer.problem());
            }
        } catch (io.keyledger.query.web.Refused e) {
            // Signed out all the same: the session is gone, whoever is away.
            LOG.warn("the sign-out could not be recorded: {}", e.toString());
        }
        Flash.success(request, "You are signed out.");
        return "redirect:/sign-in";
    }
}
