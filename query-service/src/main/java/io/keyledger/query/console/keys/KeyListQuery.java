package io.keyledger.query.console.keys;

import io.keyledger.events.Scope;
import io.keyledger.query.keys.KeyFilter;
import io.keyledger.query.keys.KeyFilter.Restriction;
import io.keyledger.query.keys.KeyFilter.Watch;
import io.keyledger.query.keys.KeyLists.Place;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.keys.KeySort;
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
import org.jspecify.annotations.Nullable;

/** What the list of keys is asked for: the whole of it stands in the address, so that it can be shared. */
public record KeyListQuery(
        KeyFilter filter,
        KeySort sort,
        boolean descending,
        @Nullable Place place) {
    private static final int CURSOR = 3;
    private static final List<String> STATUSES = Arrays.stream(Status.values())
            .filter(s -> s != Status.DELETED)
            .map(Status::name)
            .toList();

    private static final List<String> FIELDS = List.of(
            "search", "status", "scope", "owner", "watch", "restriction", "sort", "dir", "after", "all", "format");

    /** @param more what else the request may bring, beside the filter */
    static KeyListQuery of(HttpServletRequest request, String tenant, String... more) {
        List<String> known = new ArrayList<>(FIELDS);
        known.addAll(List.of(more));
        Parameters p = Parameters.ofForm(request, known.toArray(String[]::new));
        String status = p.oneOf("status", STATUSES);
        KeyFilter filter = new KeyFilter(
                tenant,
                strip(p.text("search")),
                status == null ? null : Status.valueOf(status),
                p.oneOf("scope", Arrays.stream(Scope.values()).map(Scope::wire).toList()),
                strip(p.text("owner")),
                null,
                Watch.ofWire(p.oneOf(
                        "watch", Arrays.stream(Watch.values()).map(Watch::wire).toList())),
                Restriction.ofWire(p.oneOf("restriction", Restriction.wires())));
        KeySort sort = KeySort.ofWire(p.oneOf(
                "sort", Arrays.stream(KeySort.values()).map(KeySort::wire).toList()));
        if (sort == null) {
            sort = KeySort.CREATED;
        }
        String dir = p.oneOf("dir", List.of("asc", "desc"));
        boolean descending = dir == null ? sort != KeySort.NAME && sort != KeySort.EXPIRES : dir.equals("desc");
        List<String> key = Cursor.read(p, CURSOR, question(filter, sort, descending));
        Place place = key == null
                ? null
                : new Place(key.get(0), key.get(1), key.get(2).equals("back"));
        return new KeyListQuery(filter, sort, descending, place);
    }

    private static @Nullable String strip(@Nullable String text) {
        return text == null ? null : text.strip();
    }

    private static List<@Nullable String> question(KeyFilter f, KeySort sort, boolean descending) {
        return Arrays.asList(
                "console-keys",
                f.tenant(),
                f.search(),
                f.status() == null ? null : f.status().name(),
                f.scope(),
                f.owner(),
                f.watch() == null ? null : f.watch().wire(),
                f.restriction() == null ? null : f.restriction().wire(),
                sort.wire(),
                Boolean.toString(descending));
    }

    public boolean filtered() {
        return filter.search() != null
                || filter.status() != null
                || filter.scope() != null
                || filter.owner() != null
                || filter.watch() != null
                || filter.restriction() != null;
    }

    /** The address of a page of this list; null for none. */
    @Nullable
    String page(@Nullable Place to) {
        return to == null
                ? null
                : url(
                        "/keys",
                        Map.of(
                                "after",
                                Cursor.after(
                                        List.of(to.value(), to.keyId(), to.back() ? "back" : "on"),
                                        question(filter, sort, descending))));
    }

    /** This list by another order: the same one turned round when it is that already. */
    public String sorted(String wire) {
        boolean turned = sort.wire().equals(wire) && !descending;
        boolean fresh = !sort.wire().equals(wire)
                && (wire.equals("requests") || wire.equals("last-used") || wire.equals("created"));
        return url("/keys", Map.of("sort", wire, "dir", turned || fresh ? "desc" : "asc"));
    }

    /** {@code ascending}, {@code descending} or nothing, as {@code aria-sort} has it. */
    public @Nullable String ariaSort(String wire) {
        return sort.wire().equals(wire) ? (descending ? "descending" : "ascending") : null;
    }

    /** This list with one parameter set otherwise, or left out when the value is empty. */
    public String with(String name, String value) {
        return url("/keys", Map.of(name, value));
    }

    /** Filter and order, by the names of the parameters. */
    Map<String, @Nullable String> fields() {
        Map<String, @Nullable String> all = new LinkedHashMap<>();
        all.put("search", filter.search());
        all.put("status", filter.status() == null ? null : filter.status().name());
        all.put("scope", filter.scope());
        all.put("owner", filter.owner());
        all.put("watch", filter.watch() == null ? null : filter.watch().wire());
        all.put(
                "restriction",
                filter.restriction() == null ? null : filter.restriction().wire());
        all.put("sort", sort.wire());
        all.put("dir", descending ? "desc" : "asc");
        return all;
    }

    String url(String path, Map<String, String> changes) {
        Map<String, @Nullable String> all = fields();
        all.putAll(changes);
        StringBuilder url = new StringBuilder(path);
        char separator = '?';
        for (Map.Entry<String, @Nullable String> e : all.entrySet()) {
            String value = e.getValue();
            if (value != null && !value.isEmpty()) {
                url.append(separator)
                        .append(e.getKey())
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return url.toString();
    }
}
