package io.keyledger.query.console.dashboard;

import io.keyledger.events.JsonReader;
import io.keyledger.events.Scope;
import io.keyledger.events.access.Permission;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.keys.KeyJson;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeyLists.Counts;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.usage.UsageQueries;
import io.keyledger.query.usage.UsageQueries.Top;
import io.keyledger.query.web.Refused;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** {@code /}: how the keys of the tenant stand. Who may not see reports begins with their own keys. */
@Controller
class DashboardPage {
    private static final int DAYS = 30;
    private static final int TOP_DAYS = 7;
    private static final int TOP = 10;
    private static final int REVOCATIONS = 20;

    private final KeyLists lists;
    private final UsageQueries usage;
    private final EventQueries events;
    private final CommandClient commands;
    private final InstantSource clock;

    DashboardPage(
            KeyLists lists, UsageQueries usage, EventQueries events, CommandClient commands, InstantSource clock) {
        this.lists = lists;
        this.usage = usage;
        this.events = events;
        this.commands = commands;
        this.clock = clock;
    }

    /** The keys of one status, by scope. */
    public record StatusRow(String status, long readOnly, long readWrite, long admin, long none) {}

    /** A key that is used much. */
    public record TopKey(String keyId, String name, long requests) {}

    /** A revocation, and how long the slowest edge took to confirm it. */
    public record Confirmed(String keyId, String name, Instant at, int edges, long millis) {}

    @ForSignedIn
    @GetMapping("/")
    String dashboard(Person person, Model model) {
        if (!person.may(Permission.REPORTS_READ)) {
            return "redirect:/my/keys";
        }
        String tenant = person.tenant().value();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate from = today.minusDays(DAYS - 1L);
        LocalDate topFrom = today.minusDays(TOP_DAYS - 1L);
        Counts counts = lists.counts(tenant);
        model.addAttribute("total", counts.total())
                .addAttribute("statuses", statuses(counts))
                .addAttribute(
                        "watch",
                        lists.toWatch(tenant).entrySet().stream()
                                .collect(Collectors.toMap(
                                        e -> e.getKey().wire(),
                                        e -> e.getValue() >= KeyLists.COUNTED
                                                ? KeyLists.COUNTED + "+"
                                                : e.getValue() + "",
                                        (a, b) -> a,
                                        LinkedHashMap::new)))
                .addAttribute("days", usage.days(tenant, null, from, today))
                .addAttribute("topKeys", topKeys(tenant, topFrom, today))
                .addAttribute("endpoints", usage.endpoints(tenant, null, topFrom, today, TOP))
                .addAttribute("addresses", usage.addresses(tenant, null, topFrom, today, TOP))
                .addAttribute("confirmed", confirmed(tenant))
                .addAttribute("edges", edges(person));
        return "console/dashboard";
    }

    private static List<StatusRow> statuses(Counts counts) {
        return Arrays.stream(Status.values())
                .filter(s -> s != Status.DELETED)
                .map(Status::name)
                .map(s -> new StatusRow(
                        s,
                        counts.of(s, Scope.READ_ONLY.wire()),
                        counts.of(s, Scope.READ_WRITE.wire()),
                        counts.of(s, Scope.ADMIN.wire()),
                        counts.of(s, Scope.DEFAULT.wire())))
                .toList();
    }

    private List<TopKey> topKeys(String tenant, LocalDate from, LocalDate to) {
        List<Top> top = usage.topKeys(tenant, from, to, TOP);
        Map<String, String> names = lists
                .named(tenant, top.stream().map(Top::keyId).toList())
                .stream()
                .collect(Collectors.toMap(k -> k.keyId().value(), KeyJson::name));
        return top.stream()
                .map(t -> new TopKey(t.keyId(), names.getOrDefault(t.keyId(), t.keyId()), t.accepted()))
                .toList();
    }

    private List<Confirmed> confirmed(String tenant) {
        List<Confirmed> confirmed = new ArrayList<>();
        Filter filter = new Filter(tenant, null, null, "revocation.confirmed", null, null, null, null);
        events.newestFirst(filter, null, REVOCATIONS).forEach(item -> {
            Map<String, Object> event = JsonReader.object(item.json().bytes());
            Map<?, ?> data = event.get("data") instanceof Map<?, ?> map ? map : Map.of();
            List<?> edges = data.get("edges") instanceof List<?> list ? list : List.of();
            confirmed.add(new Confirmed(
                    Objects.toString(data.get("keyId"), ""),
                    Objects.toString(data.get("keyName"), ""),
                    Instant.parse(Objects.toString(event.get("time"), "")),
                    edges.size(),
                    edges.stream().mapToLong(DashboardPage::millis).max().orElse(0)));
        });
        return confirmed;
    }

    private static long millis(Object edge) {
        return edge instanceof Map<?, ?> map && map.get("millis") instanceof Number n ? n.longValue() : 0;
    }

    /** Empty also while command-service is away: the page says so, and shows the rest. */
    private List<Map<String, Object>> edges(Person person) {
        if (!person.may(Permission.EDGES_READ)) {
            return List.of();
        }
        try {
            CommandAnswer answer = commands.send(person, "GET", "/api/v1/edges", null, null);
            return answer.ok() ? answer.items("items") : List.of();
        } catch (Refused e) {
            return List.of();
        }
    }
}
