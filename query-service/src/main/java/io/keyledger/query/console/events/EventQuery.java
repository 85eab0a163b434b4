package io.keyledger.query.console.events;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyId;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.console.keys.RefusalWords;
import io.keyledger.query.web.Cursor;
import io.keyledger.query.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the events page is asked for: the whole of it stands in the address.
 *
 * @param form the fields as they were sent, by name; empty where nothing was
 */
record EventQuery(
        Filter filter, @Nullable String q, @Nullable List<String> after, Map<String, String> form) {
    static final List<String> TYPES =
            Arrays.stream(EventType.values()).map(EventType::shortName).sorted().toList();

    private static final List<String> FIELDS =
            List.of("q", "type", "keyId", "actor", "ip", "reason", "startDate", "endDate");

    /** @param more what else the request may bring, beside the filter */
    static EventQuery of(HttpServletRequest request, String tenant, String... more) {
        List<String> known = new ArrayList<>(FIELDS);
        known.addAll(List.of("after", "format"));
        known.addAll(List.of(more));
        Parameters p = Parameters.ofForm(request, known.toArray(String[]::new));
        String keyId = p.text("keyId");
        try {
            keyId = keyId == null ? null : new KeyId(keyId.strip()).value();
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid("keyId", "key_ and a ULID of 26 characters");
        }
        Filter filter = new Filter(
                tenant,
                p.from("startDate"),
                p.until("endDate"),
                p.oneOf("type", TYPES),
                keyId,
                strip(p.text("actor")),
                strip(p.text("ip")),
                p.oneOf("reason", List.copyOf(RefusalWords.all().keySet())));
        if (filter.from() != null && filter.until() != null && !filter.from().isBefore(filter.until())) {
            throw Parameters.invalid("endDate", "after startDate");
        }
        Map<String, String> form = new LinkedHashMap<>();
        FIELDS.forEach(name -> form.put(name, Objects.requireNonNullElse(p.text(name), "")));
        return new EventQuery(filter, p.text("q"), Cursor.read(p, EventQueries.KEY_SIZE, question(tenant, form)), form);
    }

    private static @Nullable String strip(@Nullable String text) {
        return text == null ? null : text.strip();
    }

    private static List<@Nullable String> question(String tenant, Map<String, String> form) {
        List<@Nullable String> question = new ArrayList<>(List.of("console-events", tenant));
        question.addAll(form.values());
        return question;
    }

    /** Whether only Elasticsearch can answer it. */
    boolean takesSearch() {
        return q != null || filter.takesSearch();
    }

    boolean filtered() {
        return form.values().stream().anyMatch(value -> !value.isEmpty());
    }

    String next(List<String> sortKey) {
        return url("/events", Map.of("after", Cursor.after(sortKey, question(filter.tenant(), form))));
    }

    String url(String path, Map<String, String> more) {
        StringBuilder url = new StringBuilder(path);
        char[] separator = {'?'};
        Map<String, String> all = new LinkedHashMap<>(form);
        all.putAll(more);
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                url.append(separator[0])
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
                separator[0] = '&';
            }
        });
        return url.toString();
    }
}
