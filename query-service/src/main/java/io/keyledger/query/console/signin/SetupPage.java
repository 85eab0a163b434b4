package io.keyledger.query.console.signin;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Role;
import io.keyledger.query.console.access.ForEverybody;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.web.ServedHost;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /setup}, the first visit: the bootstrap key makes the first account of a tenant. The key passes through and is kept
 * nowhere; what it may do is decided where every key's rights are.
 */
@Controller
class SetupPage {
    private static final String VIEW = "console/setup";
    private static final List<String> ROLES =
            List.of(Role.TENANT_ADMIN.wire(), Role.KEY_ADMIN.wire(), Role.DEVELOPER.wire());

    private final CommandClient commands;
    private final IdentityClient identity;
    private final Sessions sessions;
    private final Arrival arrival;

    SetupPage(CommandClient commands, IdentityClient identity, Sessions sessions, Arrival arrival) {
        this.commands = commands;
        this.identity = identity;
        this.sessions = sessions;
        this.arrival = arrival;
    }

    @ForEverybody
    @GetMapping("/setup")
    String form(HttpServletRequest request, Model model) {
        return form(
                request, model, Map.of("tenant", ServedHost.of(request).tenant().value()));
    }

    private static String form(HttpServletRequest request, Model model, Map<String, String> typed) {
        model.addAttribute("ownHost", ServedHost.of(request).owner() != null);
        model.addAttribute(
                "otherTenant", !ServedHost.of(request).tenant().value().equals(typed.get("tenant")));
        model.addAttribute("typed", typed);
        return VIEW;
    }

    @ForEverybody
    @PostMapping("/setup")
    String make(
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            @RequestParam("key") String key,
            @RequestParam("login") String login,
            @RequestParam("displayName") String displayName,
            @RequestParam(name = "email", defaultValue = "") String email,
            @RequestParam("password") String password,
            @RequestParam(name = "tenant", defaultValue = "") String tenantText) {
        String tenant = SignInPage.tenant(request, tenantText);
        Map<String, String> typed = new HashMap<>(
                Map.of("login", login, "displayName", displayName, "email", email, "tenant", tenantText.strip()));
        if (tenant == null) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            model.addAttribute("refused", new CommandAnswer(HttpServletResponse.SC_UNAUTHORIZED, Map.of(), 0));
            model.addAttribute("words", SignInPage.NOT_HERE);
            return form(request, model, typed);
        }
        typed.put("tenant", tenant);
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("login", login.strip());
        user.put("displayName", displayName.strip());
        if (!email.isBlank()) {
            user.put("email", email.strip());
        }
        user.put("password", password);
        user.put("roles", ROLES);
        CommandAnswer made = commands.sendWithKey(
                key.strip(),
                "POST",
                "/api/v1/users",
                user,
                ServedHost.of(request).name(),
                Sessions.origin(request));
        if (!made.ok()) {
            response.setStatus(made.status());
            model.addAttribute("refused", made);
            model.addAttribute(
                    "words",
                    made.status() == HttpServletResponse.SC_UNAUTHORIZED
                            ? "This is not a valid bootstrap key, or it is too old. An operator makes a new one with: ./keyledger bootstrap"
                            : made.detail());
            return form(request, model, typed);
        }
        CommandAnswer signedIn = identity.signIn(tenant, login.strip(), password, Sessions.origin(request));
        if (!signedIn.ok()) {
            Flash.success(request, "The account is made.", "Sign in with it.");
            return "redirect:/sign-in";
        }
        arrival.await(new OwnerId(signedIn.text("userId")), new TenantId(tenant));
        sessions.begin(request, signedIn.text("userId"), tenant, signedIn.text("displayName"), "password");
        Flash.success(
                request,
                "Welcome. The account is made, and you are signed in.",
                "You are tenant admin, key admin and developer. The bootstrap key is not needed any more: it ends by itself within a day.");
        return "redirect:/";
    }
}
