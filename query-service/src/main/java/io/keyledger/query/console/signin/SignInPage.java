package io.keyledger.query.console.signin;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.console.access.ForEverybody;
import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.layout.Flash;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
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
        return form(model, next, tenant, "");
    }

    private String form(Model model, @Nullable String next, @Nullable String tenant, String login) {
        model.addAttribute("next", Next.of(next));
        model.addAttribute("tenant", tenant == null || tenant.isBlank() ? TenantId.DEFAULT.value() : tenant);
        model.addAttribute(
                "otherTenant", tenant != null && !tenant.isBlank() && !tenant.equals(TenantId.DEFAULT.value()));
        model.addAttribute("login", login);
        model.addAttribute("providers", config.oidc());
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
        String tenant = tenantText == null || tenantText.isBlank() ? TenantId.DEFAULT.value() : tenantText.strip();
        CommandAnswer answer = identity.signIn(tenant, login.strip(), password, Sessions.origin(request));
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute("refused", words(answer));
            return form(model, next, tenant, login);
        }
        String userId = answer.text("userId");
        arrival.await(new OwnerId(userId), new TenantId(tenant));
        sessions.begin(request, userId, tenant, answer.text("displayName"), "password");
        return "redirect:" + Next.of(next);
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
