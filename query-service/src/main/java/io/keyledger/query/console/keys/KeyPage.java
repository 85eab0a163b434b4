package io.keyledger.query.console.keys;

import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.access.Permission;
import io.keyledger.events.policy.PolicyWords;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.console.people.Names;
import io.keyledger.query.keys.KeyJson;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.settings.SettingsQueries;
import io.keyledger.query.usage.UsageQueries;
import io.keyledger.query.usage.UsageQueries.Caller;
import io.keyledger.query.usage.UsageQueries.Day;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /keys/{id}}: everything about one key, and what can be done with it. */
@Controller
class KeyPage {
    private static final int DAYS = 30;
    private static final int NAMES = 10;
    private static final int CALLERS = 50;
    private static final int TIMELINE = 200;

    private final KeyQueries keys;
    private final UsageQueries usage;
    private final EventQueries events;
    private final SettingsQueries settings;
    private final CommandClient commands;
    private final Names names;
    private final MinPosition minPosition;
    private final InstantSource clock;

    KeyPage(
            KeyQueries keys,
            UsageQueries usage,
            EventQueries events,
            SettingsQueries settings,
            CommandClient commands,
            Names names,
            MinPosition minPosition,
            InstantSource clock) {
        this.keys = keys;
        this.usage = usage;
        this.events = events;
        this.settings = settings;
        this.commands = commands;
        this.names = names;
        this.minPosition = minPosition;
        this.clock = clock;
    }

    /** A credential beside the other one. */
    public record Side(
            KeyJson.CredentialJson credential,
            long requests,
            @Nullable Instant lastUsedAt,
            List<Caller> callers) {}

    /** One thing that happened to the key. */
    public record Step(
            String id,
            String type,
            String words,
            Instant time,
            String actor,
            @Nullable String reason,
            @Nullable String ip) {}

    @Needs(value = Permission.KEYS_READ, own = true)
    @GetMapping("/keys/{id}")
    String page(Person person, @PathVariable("id") String id, HttpServletRequest request, Model model) {
        minPosition.await(Parameters.ofForm(request, MinPosition.NAME));
        KeyJson key = key(person, id, Permission.KEYS_READ);
        String tenant = person.tenant().value();
        Instant now = clock.instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate from = today.minusDays(DAYS - 1L);
        List<Caller> callers = usage.callers(List.of(id), now.minus(Duration.ofHours(24)), CALLERS);
        List<Step> timeline = timeline(tenant, id);
        List<String> people = new ArrayList<>(timeline.stream().map(Step::actor).toList());
        people.add(key.owner().value());
        people.add(key.createdBy());
        if (key.revokedBy() != null) {
            people.add(key.revokedBy());
        }
        List<Day> days = usage.days(tenant, id, from, today);
        model.addAttribute("key", key)
                .addAttribute("policy", PolicyWords.of(key.policy()))
                .addAttribute("refusals", refusals(days))
                .addAttribute(
                        "atLimit",
                        usage.atLimit(tenant, List.of(id), today.minusDays(1), today)
                                .getOrDefault(id, 0L))
                .addAttribute("adminService", isAdminService(key))
                .addAttribute("live", KeyLists.isLive(key))
                .addAttribute("names", names.of(person, people))
                .addAttribute("sides", sides(key, callers))
                .addAttribute("callers", callers)
                .addAttribute("days", days)
                .addAttribute("hours", usage.hours(tenant, id, now.minus(Duration.ofHours(47)), now))
                .addAttribute("endpoints", usage.endpoints(tenant, id, from, today, NAMES))
                .addAttribute("addresses", usage.addresses(tenant, id, from, today, NAMES))
                .addAttribute("timeline", timeline)
                .addAttribute("mayReveal", mayReveal(person, key))
                .addAttribute("mayEdit", may(person, Permission.KEYS_EDIT, key))
                .addAttribute("mayRotate", mayHaveSecret(person, key) && may(person, Permission.KEYS_ROTATE, key))
                .addAttribute("maySuspend", may(person, Permission.KEYS_SUSPEND, key))
                .addAttribute("mayRevoke", may(person, Permission.KEYS_REVOKE, key))
                .addAttribute("reasons", RevocationWords.ALL)
                .addAttribute("idempotencyKey", java.util.UUID.randomUUID().toString());
        return "console/key";
    }

    static boolean may(Person person, Permission permission, KeyJson key) {
        return person.may(permission, key.owner().value());
    }

    /** What the key was refused for, the most frequent reason first. */
    public record Reason(String reason, String words, long count, String lastDay) {}

    private static List<Reason> refusals(List<Day> days) {
        Map<String, Long> counts = new TreeMap<>();
        Map<String, String> last = new HashMap<>();
        for (Day day : days) {
            day.refusals().forEach((reason, count) -> {
                counts.merge(reason, count, Long::sum);
                last.put(reason, day.date());
            });
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(e -> new Reason(
                        e.getKey(), RefusalWords.of(e.getKey()), e.getValue(), last.getOrDefault(e.getKey(), "")))
                .toList();
    }

    /** Whether a service calls with all that an administrator may do. */
    static boolean isAdminService(KeyJson key) {
        return key.scope() == Scope.ADMIN && key.owner().value().startsWith("svc_");
    }

    private boolean mayReveal(Person person, KeyJson key) {
        return key.recoverable()
                && may(person, Permission.KEYS_REVEAL, key)
                && mayHaveSecret(person, key)
                && TenantRules.of(settings.of(person.tenant().value())).recoverable();
    }

    /** As command-service decides it; here only so that nobody is offered what would be refused. */
    private static boolean mayHaveSecret(Person person, KeyJson key) {
        return switch (key.kind()) {
            case PERSONAL -> person.isMe(key.owner().value());
            case BOOTSTRAP -> false;
            default -> person.issues(key.scope().wire());
        };
    }

    private KeyJson key(Person person, String id, Permission permission) {
        return key(keys, person, id, permission);
    }

    /** The key, of a person who may do this with it. */
    static KeyJson key(KeyQueries keys, Person person, String id, Permission permission) {
        KeyJson key = keys.one(person.tenant().value(), id);
        if (key == null || !may(person, Permission.KEYS_READ, key)) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        if (!may(person, permission, key)) {
            throw new Refused(new Refusal.NotYours(permission.wire()));
        }
        return key;
    }

    private List<Side> sides(KeyJson key, List<Caller> callers) {
        List<UsageQueries.Total> totals = usage.credentials(key.keyId().value());
        List<Side> sides = new ArrayList<>();
        for (KeyJson.CredentialJson c : key.credentials()) {
            String id = c.credentialId().value();
            UsageQueries.Total total = totals.stream()
                    .filter(t -> t.subject().equals(id))
                    .findFirst()
                    .orElse(new UsageQueries.Total(id, 0, 0, null, null));
            sides.add(new Side(
                    c,
                    total.accepted(),
                    total.lastUsedAt(),
                    callers.stream().filter(k -> k.credentialId().equals(id)).toList()));
        }
        return sides;
    }

    /** The lifecycle alone: single uses are too many for a timeline. */
    private List<Step> timeline(String tenant, String id) {
        List<Step> steps = new ArrayList<>();
        events.lifecycle(tenant, id, TIMELINE).forEach(bytes -> {
            Map<String, Object> event = JsonReader.object(bytes);
            Map<?, ?> data = event.get("data") instanceof Map<?, ?> map ? map : Map.of();
            String type = EventWords.shortName(text(event.get("type")));
            Object reason = data.get("reason");
            steps.add(new Step(
                    text(event.get("id")),
                    type,
                    EventWords.of(type, data),
                    Instant.parse(text(event.get("time"))),
                    text(event.get("authid")),
                    reason == null ? null : reason.toString(),
                    data.get("ip") == null ? null : text(data.get("ip"))));
        });
        return steps;
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }

    @Needs(value = Permission.KEYS_ROTATE, own = true)
    @PostMapping("/keys/{id}/rotate")
    String rotate(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "grace", defaultValue = "") String grace,
            @RequestParam(name = "idempotencyKey", defaultValue = "") String idempotencyKey,
            HttpServletRequest request,
            Model model) {
        KeyJson key = key(person, id, Permission.KEYS_ROTATE);
        CommandAnswer answer = commands.send(
                person,
                "POST",
                path(id) + "/rotate",
                Map.of("gracePeriod", grace),
                idempotencyKey.isEmpty() ? null : idempotencyKey);
        if (!answer.ok()) {
            return done(answer, id, "", request);
        }
        return NewKeyPage.shown(answer, "The new secret of %s".formatted(key.name()), model);
    }

    @Needs(value = Permission.KEYS_REVEAL, own = true)
    @Fresh
    @GetMapping("/keys/{id}/reveal")
    String askReveal(Person person, @PathVariable("id") String id, Model model) {
        return reveal(key(person, id, Permission.KEYS_REVEAL), null, model);
    }

    @Needs(value = Permission.KEYS_REVEAL, own = true)
    @Fresh
    @PostMapping("/keys/{id}/reveal")
    String reveal(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "reason", defaultValue = "") String reason,
            @RequestParam(name = "idempotencyKey", defaultValue = "") String idempotencyKey,
            Model model) {
        KeyJson key = key(person, id, Permission.KEYS_REVEAL);
        CommandAnswer answer = commands.send(
                person,
                "POST",
                path(id) + "/reveal",
                Map.of("reason", reason.strip()),
                idempotencyKey.isEmpty() ? null : idempotencyKey);
        return answer.ok()
                ? NewKeyPage.shown(answer, "The secret of %s, shown again".formatted(key.name()), model)
                : reveal(key, answer.detail(), model);
    }

    private static String reveal(KeyJson key, @Nullable String problem, Model model) {
        model.addAttribute("key", key)
                .addAttribute("problem", problem)
                .addAttribute("idempotencyKey", java.util.UUID.randomUUID().toString());
        return "console/key-reveal";
    }

    @Needs(value = Permission.KEYS_EDIT, own = true)
    @PostMapping("/keys/{id}/forget")
    String forget(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "reason", defaultValue = "") String reason,
            HttpServletRequest request) {
        key(person, id, Permission.KEYS_EDIT);
        return done(
                commands.send(person, "POST", path(id) + "/forget", reason(reason), null),
                id,
                "The kept secret is destroyed. The key works as before; nobody can be shown it again.",
                request);
    }

    @Needs(value = Permission.KEYS_SUSPEND, own = true)
    @PostMapping("/keys/{id}/suspend")
    String suspend(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "reason", defaultValue = "") String reason,
            HttpServletRequest request) {
        return act(
                person,
                id,
                Permission.KEYS_SUSPEND,
                "/suspend",
                reason(reason),
                "The key is suspended: it is refused until it is resumed.",
                request);
    }

    @Needs(value = Permission.KEYS_SUSPEND, own = true)
    @PostMapping("/keys/{id}/resume")
    String resume(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "reason", defaultValue = "") String reason,
            HttpServletRequest request) {
        return act(person, id, Permission.KEYS_SUSPEND, "/resume", reason(reason), "The key is resumed.", request);
    }

    @Needs(value = Permission.KEYS_REVOKE, own = true)
    @PostMapping("/keys/{id}/revoke")
    String revoke(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "reasonCode", defaultValue = "unspecified") String reasonCode,
            @RequestParam(name = "reason", defaultValue = "") String reason,
            HttpServletRequest request) {
        Map<String, Object> body = new LinkedHashMap<>(reason(reason));
        body.put("reasonCode", reasonCode);
        return act(person, id, Permission.KEYS_REVOKE, "/revoke", body, "The key is revoked, for ever.", request);
    }

    /** Sends a command about a key that the person may do this to, and goes back to the key. */
    private String act(
            Person person,
            String id,
            Permission permission,
            String command,
            Map<String, Object> body,
            String text,
            HttpServletRequest request) {
        key(person, id, permission);
        return done(commands.send(person, "POST", path(id) + command, body, null), id, text, request);
    }

    private static Map<String, Object> reason(String reason) {
        return reason.isBlank() ? Map.of() : Map.of("reason", reason.strip());
    }

    private static String done(CommandAnswer answer, String id, String text, HttpServletRequest request) {
        if (answer.ok()) {
            Flash.effect(request, text, null, answer);
        } else {
            Flash.danger(request, "That was not done.", answer.detail());
        }
        return back(id, answer.position());
    }

    static String path(String id) {
        return "/api/v1/keys/" + new KeyId(id).value();
    }

    static String back(String id, @Nullable String position) {
        return "redirect:/keys/" + id + (position == null ? "" : "?minPosition=" + position);
    }

    /** The reasons of a revocation, in words. */
    public record RevocationWords(String wire, String words) {
        static final List<RevocationWords> ALL = Arrays.stream(RevocationReason.values())
                .map(r -> new RevocationWords(
                        r.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        switch (r) {
                            case COMPROMISED -> "Exposed: a public repository, an e-mail, a plain-text log";
                            case DECOMMISSIONED -> "The integration is decommissioned";
                            case OWNER_LEFT -> "A person with access has left";
                            case REPLACED -> "Expired and replaced";
                            case UNUSUAL_ACTIVITY -> "Unusual activity";
                            case UNSPECIFIED -> "Another reason";
                        }))
                .toList();
    }
}
