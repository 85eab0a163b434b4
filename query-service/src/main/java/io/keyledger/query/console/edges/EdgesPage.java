package io.keyledger.query.console.edges;

import io.keyledger.events.TenantId;
import io.keyledger.events.access.Permission;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.layout.Flash;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** {@code /edges}: every edge that a revocation waits for, and how it stands. */
@Controller
class EdgesPage {
    private static final String API = "/api/v1/edges";

    private final CommandClient commands;
    private final InstantSource clock;

    EdgesPage(CommandClient commands, InstantSource clock) {
        this.commands = commands;
        this.clock = clock;
    }

    /**
     * One edge.
     *
     * @param heardMillis how long ago its last word came in; -1 when it has not been heard
     * @param leaseMillis how long its lease goes on without a further word; 0 when it holds none
     */
    public record EdgeView(
            String edge, String boot, String standing, long heardMillis, long leaseMillis, long applied, long behind) {

        public boolean live() {
            return standing.equals("live");
        }

        /** Whether there is something left to retire. */
        public boolean canRetire() {
            return !standing.equals("retired") && !standing.equals("stopped");
        }

        /** What that means, in words. */
        public String words() {
            return switch (standing) {
                case "live" -> "Judges keys; every revocation waits for it";
                case "ended" -> "Out of touch: refuses strict keys, goes on with the others for a while";
                case "stopped" -> "Has said goodbye: accepts nothing";
                case "retired" -> "Retired by an operator: nobody waits for it";
                default -> "Starting: accepts nothing yet";
            };
        }
    }

    @Needs(Permission.EDGES_READ)
    @GetMapping("/edges")
    String edges(Person person, Model model) {
        CommandAnswer answer = commands.send(person, "GET", API, null, null).orRefused();
        Instant now = clock.instant();
        List<EdgeView> edges =
                answer.items("items").stream().map(e -> view(e, now)).toList();
        model.addAttribute("edges", edges);
        model.addAttribute("live", edges.stream().filter(EdgeView::live).count());
        model.addAttribute("trouble", edges.stream().anyMatch(e -> e.standing().equals("ended")));
        model.addAttribute("operator", isOperator(person));
        return "console/edges";
    }

    @Needs(Permission.SETTINGS_WRITE)
    @GetMapping("/edges/{edge}/retire")
    String ask(Person person, @PathVariable("edge") String edge, Model model) {
        model.addAttribute("edge", edge);
        model.addAttribute("operator", isOperator(person));
        return "console/edge-retire";
    }

    @Needs(Permission.SETTINGS_WRITE)
    @PostMapping("/edges/{edge}/retire")
    String retire(Person person, HttpServletRequest request, @PathVariable("edge") String edge) {
        CommandAnswer answer = commands.send(person, "POST", API + "/" + edge + "/retire", null, null);
        if (answer.ok()) {
            Flash.success(
                    request, edge + " is retired.", "No revocation waits for it. It comes back with its next start.");
        } else {
            Flash.danger(request, "Nothing was changed.", answer.detail());
        }
        return "redirect:/edges";
    }

    /** Edges serve all tenants: changing one is for the admins of the operator's own. */
    private static boolean isOperator(Person person) {
        return person.tenant().equals(TenantId.DEFAULT) && person.may(Permission.SETTINGS_WRITE);
    }

    private static EdgeView view(Map<String, Object> edge, Instant now) {
        Instant heard = time(edge, "heardAt");
        Instant leaseEnd = time(edge, "leaseEndsAt");
        return new EdgeView(
                Objects.toString(edge.get("edge"), ""),
                Objects.toString(edge.get("boot"), ""),
                Objects.toString(edge.get("standing"), "new"),
                heard == null ? -1 : Math.max(0, Duration.between(heard, now).toMillis()),
                leaseEnd == null
                        ? 0
                        : Math.max(0, Duration.between(now, leaseEnd).toMillis()),
                number(edge, "applied"),
                number(edge, "behind"));
    }

    private static @Nullable Instant time(Map<String, Object> edge, String name) {
        return edge.get(name) instanceof String text ? Instant.parse(text) : null;
    }

    private static long number(Map<String, Object> edge, String name) {
        return edge.get(name) instanceof Number n ? n.longValue() : 0;
    }
}
