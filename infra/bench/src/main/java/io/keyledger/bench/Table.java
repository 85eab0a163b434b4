package io.keyledger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table as Markdown that also reads well on a terminal. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(List.of(head));
    }

    void row(Object... cells) {
        List<String> texts = new ArrayList<>();
        for (Object cell : cells) {
            texts.add(cell instanceof Double d ? number(d) : String.valueOf(cell));
        }
        rows.add(texts);
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            line(out, rows.get(r), widths);
            if (r == 0) {
                for (int i = 0; i < columns; i++) {
                    out.append('|').append("-".repeat(widths[i] + 1)).append(i == 0 ? "-" : ":");
                }
                out.append("|\n");
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String pad = " ".repeat(widths[i] - row.get(i).length());
            out.append("| ")
                    .append(i == 0 ? row.get(i) + pad : pad + row.get(i))
                    .append(' ');
        }
        out.append("|\n");
    }
}
