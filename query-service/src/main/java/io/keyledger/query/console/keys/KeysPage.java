package io.keyledger.query.console.keys;

import io.keyledger.events.access.Permission;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.filters.FilteredList;
import io.keyledger.query.console.filters.SavedFilters;
import io.keyledger.query.console.people.Names;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeyLists.Page;
import io.keyledger.query.keys.KeySort;
import io.keyledger.query.usage.UsageQueries;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /keys}: every key of the tenant, found, filtered and sorted; and the same as a file. */
@Controller
class KeysPage {
    private static final int PAGE = 50;
    private static final int DAYS = 30;
    private static final int COUNTED = 1000;

    private final KeyLists lists;
    private final UsageQueries usage;
    private final Names names;
    private final SavedFilters filters;
    private final InstantSource clock;

    KeysPage(KeyLists lists, UsageQueries usage, Names names, SavedFilters filters, InstantSource clock) {
        this.lists = lists;
        this.usage = usage;
        this.names = names;
        this.filters = filters;
        this.clock = clock;
    }

    @Needs(Permission.KEYS_READ)
    @GetMapping("/keys")
    String list(Person person, HttpServletRequest request, Model model) {
        String tenant = person.tenant().value();
        KeyListQuery query = KeyListQuery.of(request, tenant);
        Page page = lists.page(query.filter(), query.sort(), query.descending(), query.place(), PAGE);
        List<String> ids = page.keys().stream().map(k -> k.keyId().value()).toList();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Map<String, long[]> days = usage.byDay(tenant, ids, today, DAYS);
        Map<String, Long> atLimit = usage.atLimit(tenant, ids, today.minusDays(1), today);
        Map<String, String> called = names.of(
                person, page.keys().stream().map(k -> k.owner().value()).toList());
        long count = lists.count(query.filter(), COUNTED + 1);
        model.addAttribute("query", query)
                .addAttribute("filter", query.filter())
                .addAttribute("fields", query.fields())
                .addAttribute("saved", filters.of(person, FilteredList.KEYS))
                .addAttribute(
                        "items",
                        page.keys().stream()
                                .map(k -> KeyItem.of(k, called, days, atLimit))
                                .toList())
                .addAttribute("next", query.page(page.next()))
                .addAttribute("previous", query.page(page.previous()))
                .addAttribute("found", count > COUNTED ? "more than " + COUNTED : Long.toString(count))
                .addAttribute("some", count > 0)
                .addAttribute("exportUrl", query.url("/keys/export", Map.of()))
                .addAttribute("revokeAllUrl", query.url("/keys/revoke", Map.of("all", "true")));
        return "console/keys";
    }

    /** Keeps the filter of the page that the form stands on, with its order. */
    @Needs(Permission.KEYS_READ)
    @PostMapping("/keys/filters")
    String save(
            Person person, @RequestParam(name = "name", defaultValue = "") String name, HttpServletRequest request) {
        KeyListQuery query = KeyListQuery.of(request, person.tenant().value(), "name", "_csrf");
        String url = query.url("/keys", Map.of());
        filters.keep(person, FilteredList.KEYS, name, url, request);
        return "redirect:" + url;
    }

    @Fresh
    @Needs(Permission.KEYS_READ)
    @GetMapping("/keys/export")
    void export(Person person, HttpServletRequest request, HttpServletResponse response) throws IOException {
        KeyListQuery query = KeyListQuery.of(request, person.tenant().value());
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"keys.csv\"");
        try (Writer out =
                new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8))) {
            out.write(Csv.line(
                    "name",
                    "keyId",
                    "owner",
                    "scope",
                    "kind",
                    "status",
                    "description",
                    "createdAt",
                    "updatedAt",
                    "expiresAt",
                    "restrictedBy",
                    "rotationDueAt",
                    "lastUsedAt",
                    "lastUsedIp",
                    "requestCount",
                    "refusedCount",
                    "revokedAt",
                    "revokedReasonCode",
                    "revokedReason"));
            KeySort sort = query.sort();
            lists.each(query.filter(), sort, query.descending(), k -> {
                try {
                    out.write(Csv.line(
                            k.name(),
                            k.keyId().value(),
                            k.owner().value(),
                            k.scope().wire(),
                            k.kind(),
                            k.status(),
                            k.description(),
                            k.createdAt(),
                            k.updatedAt(),
                            k.expiresAt(),
                            String.join(" ", k.restrictedBy()),
                            k.rotationDueAt(),
                            k.lastUsedAt(),
                            k.lastUsedIp(),
                            k.requestCount(),
                            k.refusedCount(),
                            k.revokedAt(),
                            k.revokedReasonCode(),
                            k.revokedReason()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getCause());
        }
    }
}
