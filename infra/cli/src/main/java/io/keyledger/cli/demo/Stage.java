package io.keyledger.cli.demo;

import io.keyledger.cli.audit.EventLine;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the audience sees: numbered steps, what came of each, and the events that it caused. */
final class Stage {
    private static final String INDENT = "    ";

    private final Console console;
    private final boolean brief;
    private int step;

    /** @param brief events on one line instead of whole */
    Stage(Console console, boolean brief) {
        this.console = console;
        this.brief = brief;
    }

    void step(String title) {
        step++;
        if (!console.json()) {
            console.line("");
            console.line(console.style("bold", String.format(Locale.ROOT, "%2d  %s", step, title)));
        } else {
            Map<String, Object> line = line();
            line.put("title", title);
            console.object(line);
        }
    }

    /** What came of the step, said in words and, for scripts, in members. */
    void result(String words, Map<String, ?> members) {
        if (console.json()) {
            Map<String, Object> line = line();
            line.putAll(members);
            console.object(line);
        } else {
            console.line(INDENT + words);
        }
    }

    /** @param since when the step began, by {@link System#nanoTime} */
    void event(EventLog.Seen seen, long since) {
        double millis = millis(seen.at() - since);
        if (console.json()) {
            Map<String, Object> line = line();
            line.put("topic", seen.topic());
            line.put("partition", seen.partition());
            line.put("offset", seen.offset());
            line.put("millis", millis);
            line.put("event", seen.event());
            console.object(line);
            return;
        }
        console.line(INDENT + console.style("fg(cyan)", "event " + seen.type()) + "  " + seen.place()
                + ", on Kafka after " + text(millis) + " ms");
        if (brief) {
            console.line(INDENT + "  " + EventLine.of(console, seen.event(), false));
        } else {
            Json.pretty(seen.event())
                    .lines()
                    .forEach(line -> console.line(INDENT + "  " + console.style("faint", line)));
        }
    }

    private Map<String, Object> line() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        return line;
    }

    /** To a tenth. */
    static double millis(long nanos) {
        return Math.round(nanos / (Duration.ofMillis(1).toNanos() / 10.0)) / 10.0;
    }

    static String text(double millis) {
        return String.format(Locale.ROOT, "%.1f", millis);
    }
}
