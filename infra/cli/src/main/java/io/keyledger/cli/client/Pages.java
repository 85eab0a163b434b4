package io.keyledger.cli.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads a list of the API, page after page, for as long as there is more and the caller wants it. */
public final class Pages {
    private static final int PAGE = 200;

    private Pages() {}

    /**
     * Gives every item, in the order of the platform, to {@code each}.
     *
     * @param limit how many at most; 0 = all
     * @return whether there are more than were read
     */
    public static boolean read(
            Api api, String path, Map<String, String> query, int limit, Consumer<Map<String, Object>> each) {
        Map<String, String> parameters = new LinkedHashMap<>(query);
        int left = limit == 0 ? Integer.MAX_VALUE : limit;
        while (true) {
            parameters.put("limit", Integer.toString(Math.min(PAGE, left)));
            Map<String, Object> page = api.get(path, parameters).object();
            for (Map<String, Object> item : items(page)) {
                each.accept(item);
                left--;
            }
            if (!(page.get("next") instanceof String next) || next.equals(parameters.get("after"))) {
                return false;
            }
            if (left <= 0) {
                return true;
            }
            parameters.put("after", next);
        }
    }

    /** The objects in {@code items}. */
    public static List<Map<String, Object>> items(Map<String, Object> page) {
        return objects(page, "items");
    }

    /** The objects in a member that is a list; none when there is no such member. */
    public static List<Map<String, Object>> objects(Map<String, Object> object, String member) {
        if (!(object.get(member) instanceof List<?> list)) {
            return List.of();
        }
        return list.stream()
                .filter(Map.class::isInstance)
                .map(item -> {
                    Map<String, Object> copy = new LinkedHashMap<>();
                    ((Map<?, ?>) item).forEach((name, value) -> copy.put(String.valueOf(name), value));
                    return copy;
                })
                .toList();
    }
}
