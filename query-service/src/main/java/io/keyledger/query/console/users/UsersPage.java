package io.keyledger.query.console.users;

import io.keyledger.events.access.Permission;
import io.keyledger.events.access.Role;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.layout.Flash;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /users}: who may sign in, and what each may do. */
@Controller
class UsersPage {
    private static final String API = "/api/v1/users";
    private static final int PAGE = 50;

    private final CommandClient commands;
    private final RolesOfTenant roles;
    private final UserHistory history;

    UsersPage(CommandClient commands, RolesOfTenant roles, UserHistory history) {
        this.commands = commands;
        this.roles = roles;
        this.history = history;
    }

    @Needs(Permission.USERS_READ)
    @GetMapping("/users")
    String list(
            Person person,
            Model model,
            @RequestParam(name = "search", defaultValue = "") String search,
            @RequestParam(name = "after", defaultValue = "") String after) {
        StringBuilder path = new StringBuilder(API).append("?limit=").append(PAGE);
        if (!search.isBlank()) {
            path.append("&search=").append(encoded(search.strip()));
        }
        if (!after.isBlank()) {
            path.append("&after=").append(encoded(after));
        }
        CommandAnswer answer =
                commands.send(person, "GET", path.toString(), null, null).orRefused();
        model.addAttribute(
                "users", answer.items("items").stream().map(UserView::of).toList());
        model.addAttribute("next", answer.optionalText("next"));
        model.addAttribute("search", search);
        model.addAttribute("after", after);
        return "console/users";
    }

    @Needs(Permission.USERS_WRITE)
    @GetMapping("/users/new")
    String form(Person person, Model model) {
        return form(person, model, Map.of("way", "password"), List.of());
    }

    private String form(Person person, Model model, Map<String, String> typed, List<String> chosen) {
        model.addAttribute("typed", typed);
        model.addAttribute("chosen", chosen);
        model.addAttribute("roles", roles.words(person.tenant()));
        return "console/user-new";
    }

    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/new")
    String create(
            Person person,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            @RequestParam("login") String login,
            @RequestParam("displayName") String displayName,
            @RequestParam(name = "email", defaultValue = "") String email,
            @RequestParam(name = "password", defaultValue = "") String password,
            @RequestParam(name = "roles", defaultValue = "") List<String> chosen,
            @RequestParam(name = "accessEndsOn", defaultValue = "") String accessEndsOn) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("login", login.strip());
        user.put("displayName", displayName.strip());
        if (!email.isBlank()) {
            user.put("email", email.strip());
        }
        if (!password.isEmpty()) {
            user.put("password", password);
        }
        user.put("roles", chosen);
        String end = end(accessEndsOn);
        if (end != null) {
            user.put("accessEndsAt", end);
        }
        CommandAnswer answer = commands.send(person, "POST", API, user, null);
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute("refused", answer);
            Map<String, String> typed =
                    Map.of("login", login, "displayName", displayName, "email", email, "accessEndsOn", accessEndsOn);
            return form(person, model, typed, chosen);
        }
        Flash.success(request, displayName.strip() + " can sign in from now on.");
        return "redirect:/users/" + answer.text("userId");
    }

    @Needs(Permission.USERS_READ)
    @GetMapping("/users/{id}")
    String user(Person person, @PathVariable("id") String id, Model model) {
        CommandAnswer answer =
                commands.send(person, "GET", API + "/" + id, null, null).orRefused();
        model.addAttribute("user", UserView.of(answer.body()));
        model.addAttribute("roles", roles.words(person.tenant()));
        CommandAnswer signIns = commands.send(person, "GET", API + "/" + id + "/sign-ins?limit=10", null, null);
        model.addAttribute("signIns", signIns.ok() ? SignInView.of(signIns.items("items")) : List.of());
        model.addAttribute("history", history.of(person, id));
        return "console/user";
    }

    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/{id}")
    String update(
            Person person,
            HttpServletRequest request,
            @PathVariable("id") String id,
            @RequestParam("displayName") String displayName,
            @RequestParam(name = "email", defaultValue = "") String email) {
        Map<String, @Nullable Object> change = new LinkedHashMap<>();
        change.put("displayName", displayName.strip());
        change.put("email", email.isBlank() ? null : email.strip());
        say(request, commands.send(person, "PATCH", API + "/" + id, change, null), "Saved.");
        return "redirect:/users/" + id;
    }

    @Needs(Permission.ROLES_WRITE)
    @PostMapping("/users/{id}/roles")
    String roles(
            Person person,
            HttpServletRequest request,
            @PathVariable("id") String id,
            @RequestParam(name = "roles", defaultValue = "") List<String> chosen) {
        CommandAnswer answer = commands.send(person, "PUT", API + "/" + id + "/roles", Map.of("roles", chosen), null);
        say(request, answer, chosen.isEmpty() ? "The user has no role any more." : "Roles: " + words(chosen) + ".");
        return "redirect:/users/" + id;
    }

    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/{id}/access")
    String access(
            Person person,
            HttpServletRequest request,
            @PathVariable("id") String id,
            @RequestParam(name = "accessEndsAt", defaultValue = "") String day) {
        Map<String, Object> body = Map.of("accessEndsAt", Objects.requireNonNullElse(end(day), ""));
        say(request, commands.send(person, "PUT", API + "/" + id + "/access", body, null), "The access ends then.");
        return "redirect:/users/" + id;
    }

    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/{id}/disable")
    String disable(
            Person person,
            HttpServletRequest request,
            @PathVariable("id") String id,
            @RequestParam("reason") String reason) {
        Map<String, Object> body = reason.isBlank() ? Map.of() : Map.of("reason", reason.strip());
        CommandAnswer answer = commands.send(person, "POST", API + "/" + id + "/disable", body, null);
        say(request, answer, "Disabled: sessions have ended and keys are refused.");
        return "redirect:/users/" + id;
    }

    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/{id}/enable")
    String enable(Person person, HttpServletRequest request, @PathVariable("id") String id) {
        CommandAnswer answer = commands.send(person, "POST", API + "/" + id + "/enable", Map.of(), null);
        say(request, answer, "Enabled: signing in and keys work again.");
        return "redirect:/users/" + id;
    }

    @Fresh
    @Needs(Permission.USERS_WRITE)
    @GetMapping("/users/{id}/erase")
    String erase(Person person, @PathVariable("id") String id, Model model) {
        CommandAnswer answer =
                commands.send(person, "GET", API + "/" + id, null, null).orRefused();
        model.addAttribute("user", UserView.of(answer.body()));
        return "console/user-erase";
    }

    @Fresh
    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/{id}/erase")
    String erase(
            Person person,
            HttpServletRequest request,
            @PathVariable("id") String id,
            @RequestParam("reasonCode") String reasonCode,
            @RequestParam(name = "confirm", defaultValue = "") String confirm) {
        if (!confirm.strip().equals(id)) {
            Flash.danger(request, "Nothing was changed.", "Type the id of the user to confirm.");
            return "redirect:/users/" + id + "/erase";
        }
        CommandAnswer answer =
                commands.send(person, "POST", API + "/" + id + "/erase", Map.of("reasonCode", reasonCode), null);
        say(request, answer, "Erased: who this was is known no more, and keys are refused.");
        return "redirect:/users/" + id;
    }

    @Fresh
    @Needs(Permission.USERS_WRITE)
    @GetMapping("/users/{id}/password")
    String password(Person person, @PathVariable("id") String id, Model model) {
        CommandAnswer answer =
                commands.send(person, "GET", API + "/" + id, null, null).orRefused();
        model.addAttribute("user", UserView.of(answer.body()));
        return "console/user-password";
    }

    @Fresh
    @Needs(Permission.USERS_WRITE)
    @PostMapping("/users/{id}/password")
    String password(
            Person person,
            HttpServletRequest request,
            @PathVariable("id") String id,
            @RequestParam("password") String password) {
        CommandAnswer answer =
                commands.send(person, "PUT", API + "/" + id + "/password", Map.of("password", password), null);
        say(request, answer, "The password is changed.");
        return "redirect:/users/" + id + (answer.ok() ? "" : "/password");
    }

    private static void say(HttpServletRequest request, CommandAnswer answer, String done) {
        if (answer.ok()) {
            Flash.effect(request, done, null, answer);
        } else {
            Flash.danger(request, "Nothing was changed.", answer.detail());
        }
    }

    private static String words(List<String> chosen) {
        return String.join(
                ", ",
                chosen.stream()
                        .map(wire -> {
                            Role role = Role.ofWire(wire);
                            return role == null ? wire : RoleWords.name(role);
                        })
                        .toList());
    }

    /** The end of a day, UTC; null for none. What is no day is left to command-service to refuse. */
    private static @Nullable String end(String day) {
        if (day.isBlank()) {
            return null;
        }
        try {
            return LocalDate.parse(day)
                    .plusDays(1)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC)
                    .toString();
        } catch (DateTimeParseException e) {
            return day;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
