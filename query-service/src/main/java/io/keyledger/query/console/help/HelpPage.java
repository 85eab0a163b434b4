package io.keyledger.query.console.help;

import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.console.access.ForEverybody;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.console.users.RoleWords;
import io.keyledger.query.console.users.RolesOfTenant;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** {@code /help}: short pages; open to everybody, for who cannot sign in needs help most. */
@Controller
class HelpPage {

    /** @param id in the address */
    public record Topic(String id, String title, String text, String icon) {}

    private static final List<Topic> TOPICS = List.of(
            new Topic(
                    "scopes", "Choosing a scope", "What each scope may do, and why the least one is the best.", "key"),
            new Topic(
                    "storing-keys", "Storing keys safely", "Where a key belongs, and where it must never be.", "lock"),
            new Topic(
                    "rotation",
                    "Rotating and revoking",
                    "A new secret without an outage; an end within moments.",
                    "refresh"),
            new Topic("roles", "Roles", "Who may do what in this console.", "users"),
            new Topic(
                    "audit",
                    "Audit and change tracking",
                    "What is recorded, how to search it, how to prove it.",
                    "events"),
            new Topic("single-sign-on", "Single sign-on", "Signing in with your identity provider.", "shield"),
            new Topic("api", "API reference", "Everything in this console, for programs.", "external"),
            new Topic("hardening", "Hardening guide", "What to check before production.", "settings"));

    private final RolesOfTenant roles;
    private final ConsoleConfig config;

    HelpPage(RolesOfTenant roles, ConsoleConfig config) {
        this.roles = roles;
        this.config = config;
    }

    @ForEverybody
    @GetMapping("/help")
    String index(Model model) {
        model.addAttribute("topics", TOPICS);
        return "console/help/index";
    }

    @ForEverybody
    @GetMapping("/help/{topic}")
    String topic(HttpServletRequest request, @PathVariable("topic") String id, Model model) {
        Topic topic = TOPICS.stream()
                .filter(t -> t.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new Refused(new Refusal.NoSuchPath()));
        model.addAttribute("topics", TOPICS);
        model.addAttribute("topic", topic);
        if (id.equals("roles")) {
            Person person = PersonFilter.person(request);
            model.addAttribute("roles", person == null ? RoleWords.defaults() : roles.words(person.tenant()));
        }
        model.addAttribute("providers", config.oidc());
        return "console/help/" + topic.id();
    }
}
