package io.keyledger.cli.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Where a command reads and writes: answers to standard output, everything that is not the answer (advice, progress,
 * questions) to standard error, so that a pipe carries the answer alone.
 */
public final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final CommandLine.Help.ColorScheme colours;

    private Console(CommandLine command, boolean json) {
        this.out = command.getOut();
        this.err = command.getErr();
        this.json = json;
        this.colours = command.getColorScheme();
    }

    public static Console of(CommandLine command, boolean json) {
        return new Console(command, json);
    }

    /** Whether the answer is for a script. */
    public boolean json() {
        return json;
    }

    public void line(String text) {
        out.println(text);
        flush();
    }

    public void table(Table table) {
        for (String line : table.lines()) {
            out.println(line);
        }
        flush();
    }

    /** Whoever read us has gone: {@code keyledger audit | head} must end, and without a word. */
    private void flush() {
        if (out.checkError()) {
            throw new OutputClosed();
        }
    }

    public void object(Map<String, ?> object) {
        line(Json.line(object));
    }

    /** Advice: to standard error. */
    public void note(String text) {
        err.println(text);
        err.flush();
    }

    /** As {@link #note}, and hard to overlook. */
    public void warn(String text) {
        note(style("fg(yellow),bold", "Warning: ") + text);
    }

    /** The text with a style of picocli, such as {@code bold} or {@code fg(green)}, where the terminal shows one. */
    public String style(String style, String text) {
        CommandLine.Help.Ansi ansi = colours.ansi();
        if (!ansi.enabled()) {
            return text;
        }
        CommandLine.Help.Ansi.IStyle[] styles = CommandLine.Help.Ansi.Style.parse(style);
        return CommandLine.Help.Ansi.Style.on(styles) + text + CommandLine.Help.Ansi.Style.reset.on();
    }

    /** Progress of something with {@code total} steps; 0 = nobody knows how many. */
    public Progress progress(String what, int total) {
        return new Progress(err, isTerminal(), what, total);
    }

    /** Asks, and takes nothing but yes for a yes. */
    public boolean confirm(String question) {
        err.print(question + " [y/N] ");
        err.flush();
        String answer = readLine();
        if (answer == null) {
            err.println();
            return false;
        }
        String said = answer.strip().toLowerCase(Locale.ROOT);
        return said.equals("y") || said.equals("yes");
    }

    /** One line of standard input that is not shown while it is typed; null at its end. */
    public @Nullable String readSecret(String prompt) {
        Optional<java.io.Console> terminal = terminal();
        if (terminal.isEmpty()) {
            return readLine();
        }
        char[] typed = terminal.get().readPassword("%s", prompt);
        return typed == null ? null : new String(typed);
    }

    /** All lines of standard input. */
    public static List<String> readLines() {
        return reader().lines().toList();
    }

    private static @Nullable String readLine() {
        try {
            return reader().readLine();
        } catch (IOException e) {
            return null;
        }
    }

    private static BufferedReader reader() {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    public static boolean isTerminal() {
        return terminal().isPresent();
    }

    private static Optional<java.io.Console> terminal() {
        return Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal);
    }
}
