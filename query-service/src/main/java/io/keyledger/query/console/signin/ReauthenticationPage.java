package io.keyledger.query.console.signin;

import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.IdentityClient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /re-authenticate}: before what matters most, a signed-in person proves again who they are. */
@Controller
class ReauthenticationPage {
    private static final String VIEW = "console/re-authenticate";
    private static final String OIDC = "oidc:";

    private final IdentityClient identity;
    private final Sessions sessions;

    ReauthenticationPage(IdentityClient identity, Sessions sessions) {
        this.identity = identity;
        this.sessions = sessions;
    }

    @ForSignedIn
    @GetMapping("/re-authenticate")
    String form(Person person, Model model, @RequestParam(name = "next", required = false) @Nullable String next) {
        model.addAttribute("next", Next.of(next));
        model.addAttribute("provider", person.isFromProvider() ? person.method().substring(OIDC.length()) : null);
        return VIEW;
    }

    @ForSignedIn
    @PostMapping("/re-authenticate")
    String prove(
            HttpServletRequest request,
            HttpServletResponse response,
            Person person,
            Model model,
            @RequestParam("password") String password,
            @RequestParam(name = "next", required = false) @Nullable String next) {
        CommandAnswer answer = identity.reauthenticate(person, password);
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute(
                    "refused",
                    answer.status() == HttpServletResponse.SC_UNAUTHORIZED
                            ? "That is not your password. Try again."
                            : SignInPage.words(answer));
            return form(person, model, next);
        }
        sessions.proven(request);
        return "redirect:" + Next.of(next);
    }
}
