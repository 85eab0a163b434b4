package io.keyledger.cli.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal as RFC 9457 writes it. */
public record Problem(int status, Map<String, Object> members) {

    /** The last part of {@code type}: the name of its page under {@code docs/problems}. */
    public String slug() {
        String type = text("type");
        return type == null ? "" : type.substring(type.lastIndexOf('/') + 1);
    }

    /** One line: what, why, where, and what to do about it. */
    public String line() {
        StringBuilder line = new StringBuilder();
        String title = text("title");
        line.append(title == null ? "The platform refused" : title)
                .append(" (")
                .append(status)
                .append(')');
        add(line, ": ", text("detail"));
        String field = text("field");
        Object limit = members.get("limit");
        if (field != null || limit != null) {
            line.append(" [");
            add(line, "field ", field);
            add(line, field == null ? "limit " : ", limit ", limit == null ? null : limit.toString());
            line.append(']');
        }
        add(line, " Fix: ", text("fix"));
        add(line, " Request ", text("requestId"));
        return line.toString();
    }

    private static void add(StringBuilder line, String before, @Nullable String text) {
        if (text != null && !text.isBlank()) {
            line.append(before).append(text.strip());
        }
    }

    private @Nullable String text(String name) {
        return members.get(name) instanceof String s ? s : null;
    }
}
