package io.keyledger.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns; the last column is as wide as it likes. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean headed;

    private Table(boolean headed) {
        this.headed = headed;
    }

    public static Table withHeader(String... columns) {
        Table table = new Table(true);
        table.row(columns);
        return table;
    }

    /** Names on the left, values on the right. */
    public static Table ofPairs() {
        return new Table(false);
    }

    public Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.size() <= (headed ? 1 : 0);
    }

    public List<String> lines() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i == widths.size()) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), width(row.get(i))));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            if (i < row.size() - 1) {
                line.repeat(" ", widths.get(i) - width(row.get(i))).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }

    /** Columns on a terminal: none for marks that combine, two for the wide letters of East Asia. */
    static int width(String text) {
        return text.codePoints()
                .map(c -> switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
                    default -> isWide(c) ? 2 : 1;
                })
                .sum();
    }

    private static boolean isWide(int c) {
        return c >= 0x1100
                && (c <= 0x115f
                        || c >= 0x2e80 && c <= 0xa4cf
                        || c >= 0xac00 && c <= 0xd7a3
                        || c >= 0xf900 && c <= 0xfaff
                        || c >= 0xfe30 && c <= 0xfe6f
                        || c >= 0xff00 && c <= 0xff60
                        || c >= 0xffe0 && c <= 0xffe6
                        || c >= 0x1f300 && c <= 0x1faff
                        || c >= 0x20000 && c <= 0x3fffd);
    }
}
