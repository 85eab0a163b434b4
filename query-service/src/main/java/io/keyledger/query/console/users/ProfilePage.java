package io.keyledger.query.console.users;

import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.layout.Flash;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /profile}: what the platform knows of oneself, and one's own password. */
@Controller
class ProfilePage {
    private final CommandClient commands;
    private final Sessions sessions;
    private final RolesOfTenant roles;

    ProfilePage(CommandClient commands, Sessions sessions, RolesOfTenant roles) {
        this.commands = commands;
        this.sessions = sessions;
        this.roles = roles;
    }

    @ForSignedIn
    @GetMapping("/profile")
    String profile(Person person, Model model) {
        model.addAttribute(
                "roles",
                person.roles().stream()
                        .map(role -> RoleWords.of(role, roles.preset(person.tenant())))
                        .toList());
        model.addAttribute("may", RoleWords.may(person.grants()));
        return "console/profile";
    }

    @ForSignedIn
    @Fresh
    @GetMapping("/profile/password")
    String password() {
        return "console/profile-password";
    }

    @ForSignedIn
    @Fresh
    @PostMapping("/profile/password")
    String password(Person person, HttpServletRequest request, @RequestParam("password") String password) {
        CommandAnswer answer = commands.send(
                person,
                "PUT",
                "/api/v1/users/" + person.userId().value() + "/password",
                Map.of("password", password),
                null);
        if (!answer.ok()) {
            Flash.danger(request, "The password is not changed.", answer.detail());
            return "redirect:/profile/password";
        }
        sessions.endOthers(request, person.userId());
        Flash.success(request, "The password is changed.", "You are signed out everywhere else.");
        return "redirect:/profile";
    }

    @ForSignedIn
    @PostMapping("/profile/sign-out-elsewhere")
    String elsewhere(Person person, HttpServletRequest request) {
        sessions.endOthers(request, person.userId());
        Flash.success(request, "You are signed out everywhere else.");
        return "redirect:/profile";
    }
}
