package io.keyledger.query.console.events;

import io.keyledger.events.access.Permission;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.audit.FullText;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.filters.FilteredList;
import io.keyledger.query.console.filters.SavedFilters;
import io.keyledger.query.console.keys.Csv;
import io.keyledger.query.console.keys.RefusalWords;
import io.keyledger.query.console.people.Names;
import io.keyledger.query.web.Listing.Item;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** {@code /events}: every event, newest first; {@code /events/live} says when there are new ones; and the same as a file. */
@Controller
class EventsPage {
    private static final int PAGE = 50;
    private static final int EXPORT_PAGE = 500;

    private final EventQueries events;
    private final FullText fullText;
    private final Live live;
    private final Names names;
    private final SavedFilters filters;

    EventsPage(EventQueries events, FullText fullText, Live live, Names names, SavedFilters filters) {
        this.events = events;
        this.fullText = fullText;
        this.live = live;
        this.names = names;
        this.filters = filters;
    }

    @Needs(Permission.AUDIT_READ)
    @GetMapping("/events")
    String events(Person person, HttpServletRequest request, Model model) {
        EventQuery query = EventQuery.of(request, person.tenant().value());
        boolean away = false;
        List<Item> found;
        try {
            found = read(query, query.after(), PAGE + 1);
        } catch (Refused e) {
            if (!(e.refusal() instanceof Refusal.SearchAway)) {
                throw e;
            }
            // Readable all the same, and the page says what it leaves out.
            away = true;
            found = events.newestFirst(query.filter(), query.after(), PAGE + 1);
        }
        List<Item> page = found.size() > PAGE ? found.subList(0, PAGE) : found;
        List<EventItem> items =
                page.stream().map(item -> EventItem.of(item.json().bytes())).toList();
        model.addAttribute("form", query.form())
                .addAttribute("filtered", query.filtered())
                .addAttribute("saved", filters.of(person, FilteredList.EVENTS))
                .addAttribute("types", EventQuery.TYPES)
                .addAttribute("reasons", RefusalWords.all())
                .addAttribute("away", away)
                .addAttribute("items", items)
                .addAttribute(
                        "names",
                        names.of(person, items.stream().map(EventItem::actor).toList()))
                .addAttribute("first", query.after() == null ? null : query.url("/events", Map.of()))
                .addAttribute(
                        "next", found.size() > PAGE ? query.next(page.getLast().key()) : null)
                .addAttribute("liveUrl", query.after() == null && !away ? query.url("/events/live", Map.of()) : null)
                .addAttribute("ndjsonUrl", query.url("/events/export", Map.of("format", "ndjson")))
                .addAttribute("csvUrl", query.url("/events/export", Map.of("format", "csv")));
        return "console/events";
    }

    /** Keeps the filter of the page that the form stands on. */
    @Needs(Permission.AUDIT_READ)
    @PostMapping("/events/filters")
    String save(
            Person person, @RequestParam(name = "name", defaultValue = "") String name, HttpServletRequest request) {
        String url =
                EventQuery.of(request, person.tenant().value(), "name", "_csrf").url("/events", Map.of());
        filters.keep(person, FilteredList.EVENTS, name, url, request);
        return "redirect:" + url;
    }

    private List<Item> read(EventQuery query, @Nullable List<String> after, int limit) {
        return query.takesSearch()
                ? fullText.newestFirst(query.filter(), query.q(), after, limit)
                : events.newestFirst(query.filter(), after, limit);
    }

    /** A server-sent event for each time that there are new ones; the page then fetches itself again. */
    @Needs(Permission.AUDIT_READ)
    @GetMapping("/events/live")
    SseEmitter live(Person person, HttpServletRequest request) {
        EventQuery query = EventQuery.of(request, person.tenant().value());
        return live.follow(() -> {
            List<Item> newest = read(query, null, 1);
            return newest.isEmpty() ? "" : String.join("|", newest.getFirst().key());
        });
    }

    /** Exactly what is filtered: while search is away, what only search can filter is refused. */
    @Fresh
    @Needs(Permission.AUDIT_EXPORT)
    @GetMapping("/events/export")
    void export(Person person, HttpServletRequest request, HttpServletResponse response) throws IOException {
        EventQuery query = EventQuery.of(request, person.tenant().value());
        boolean csv = "csv".equals(request.getParameter("format"));
        List<Item> page = read(query, null, EXPORT_PAGE);
        response.setContentType(csv ? "text/csv;charset=UTF-8" : "application/x-ndjson");
        response.setHeader(
                "Content-Disposition", "attachment; filename=\"events.%s\"".formatted(csv ? "csv" : "ndjson"));
        OutputStream out = response.getOutputStream();
        if (csv) {
            out.write(Csv.line("time", "id", "type", "actor", "keyId", "keyName", "address", "detail", "event")
                    .getBytes(StandardCharsets.UTF_8));
        }
        while (true) {
            for (Item item : page) {
                byte[] bytes = item.json().bytes();
                if (csv) {
                    EventItem e = EventItem.of(bytes);
                    out.write(Csv.line(
                                    e.time(),
                                    e.id(),
                                    e.type(),
                                    e.actor(),
                                    e.keyId(),
                                    e.keyName(),
                                    e.address(),
                                    e.detail(),
                                    new String(bytes, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8));
                } else {
                    out.write(bytes);
                    out.write('\n');
                }
            }
            if (page.size() < EXPORT_PAGE) {
                return;
            }
            page = read(query, page.getLast().key(), EXPORT_PAGE);
        }
    }
}
