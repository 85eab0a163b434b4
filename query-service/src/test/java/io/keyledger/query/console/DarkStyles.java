package io.keyledger.query.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What style sheets say of {@code data-bs-theme=dark}, said of every page: for browsers without scripts, in which nothing sets
 * that attribute.
 */
final class DarkStyles {
    private static final String DARK = "\\[data-bs-theme=\"?dark\"?]";

    private DarkStyles() {}

    static String of(String... sheets) {
        StringBuilder out = new StringBuilder();
        for (String sheet : sheets) {
            rules(sheet.replaceAll("(?s)/\\*.*?\\*/", ""), out);
        }
        return out.toString();
    }

    private static void rules(String css, StringBuilder out) {
        int at = 0;
        while (at < css.length()) {
            int open = find(css, at, '{');
            int semicolon = find(css, at, ';');
            if (open < 0) {
                return;
            }
            if (semicolon >= 0 && semicolon < open) {
                // Such as @charset.
                at = semicolon + 1;
                continue;
            }
            int close = end(css, open);
            rule(css.substring(at, open).strip(), css.substring(open + 1, close).strip(), out);
            at = close + 1;
        }
    }

    private static void rule(String head, String body, StringBuilder out) {
        if (head.startsWith("@media") || head.startsWith("@supports")) {
            StringBuilder inner = new StringBuilder();
            rules(body, inner);
            if (!inner.isEmpty()) {
                out.append(head).append(" {\n").append(inner).append("}\n");
            }
            return;
        }
        List<String> dark = new ArrayList<>();
        for (String selector : split(head)) {
            // What is dark where all else is light, or the other way round, no page of ours has.
            if (selector.matches("(?s).*" + DARK + ".*")
                    && !selector.matches("(?s).*(?:=\"?light|:not\\(" + DARK + "|^\\s*\\.navbar).*")) {
                dark.add(selector.strip().replaceAll("(?:html|body|:root)?" + DARK, ":root"));
            }
        }
        if (!dark.isEmpty()) {
            String declarations = split(body, ';').stream()
                    .map(String::strip)
                    .filter(declaration -> !declaration.isEmpty())
                    .map(declaration -> "  " + declaration.replaceAll("\\s+", " ") + ";\n")
                    .collect(Collectors.joining());
            out.append(dark.stream().distinct().collect(Collectors.joining(", ")))
                    .append(" {\n")
                    .append(declarations)
                    .append("}\n");
        }
    }

    private static List<String> split(String selectors) {
        return split(selectors, ',');
    }

    /** At those that stand in no parentheses and no quotes. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = find(text, 0, separator); at >= 0; at = find(text, from, separator)) {
            parts.add(text.substring(from, at));
            from = at + 1;
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static int end(String css, int open) {
        int depth = 0;
        for (int i = open; i < css.length(); i++) {
            char c = css.charAt(i);
            if (c == '"' || c == '\'') {
                i = css.indexOf(c, i + 1);
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("a rule that does not end");
    }

    private static int find(String text, int from, char wanted) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\'') {
                i = text.indexOf(c, i + 1);
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == wanted && depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
