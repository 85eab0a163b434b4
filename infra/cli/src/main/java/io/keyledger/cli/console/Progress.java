package io.keyledger.cli.console;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * How far long work is, on standard error: one line that is written over on a terminal, a line every few seconds
 * elsewhere. Work shorter than a moment says nothing. Not safe for use by several threads.
 */
public final class Progress implements AutoCloseable {
    private static final long MOMENT = Duration.ofMillis(300).toNanos();
    private static final long EVERY_TERMINAL = Duration.ofMillis(100).toNanos();
    private static final long EVERY_ELSEWHERE = Duration.ofSeconds(5).toNanos();
    private static final int BAR = 30;

    private final PrintWriter err;
    private final boolean terminal;
    private final String what;
    private final int total;
    private final long started = System.nanoTime();
    private long next;
    private int done;
    private int shown;

    Progress(PrintWriter err, boolean terminal, String what, int total) {
        this.err = err;
        this.terminal = terminal;
        this.what = what;
        this.total = total;
        this.next = started + (terminal ? MOMENT : EVERY_ELSEWHERE);
    }

    public void step(int steps) {
        done += steps;
        if (System.nanoTime() - next >= 0 && (total <= 0 || done < total)) {
            show();
            next = System.nanoTime() + (terminal ? EVERY_TERMINAL : EVERY_ELSEWHERE);
        }
    }

    /** Takes the line away, so that something else can be printed. */
    public void clear() {
        if (terminal && shown > 0) {
            err.print("\r" + " ".repeat(shown) + "\r");
            err.flush();
            shown = 0;
        }
    }

    private void show() {
        String line = line();
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
            shown = line.length();
        } else {
            err.println(line);
        }
        err.flush();
    }

    private String line() {
        if (total <= 0) {
            return what + ": " + done;
        }
        int filled = (int) ((long) BAR * done / total);
        long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        String count = what + " " + done + " of " + total;
        return terminal
                ? "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + count + ", " + seconds + " s"
                : count;
    }

    @Override
    public void close() {
        clear();
    }
}
