package io.keyledger.query.console.layout;

import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.Effect;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message for the next page that the person sees, kept in the session until then. Never holds a secret.
 *
 * @param detail a second sentence, smaller
 * @param effect which edges have confirmed it
 */
public record Flash(
        Kind kind,
        String text,
        @Nullable String detail,
        @Nullable Effect effect) implements Serializable {
    private static final String WAITING = "flash";

    /** What it is about; each has its colour and its sign. */
    public enum Kind {
        SUCCESS,
        INFO,
        WARNING,
        DANGER
    }

    public static void success(HttpServletRequest request, String text) {
        say(request, new Flash(Kind.SUCCESS, text, null, null));
    }

    public static void success(HttpServletRequest request, String text, String detail) {
        say(request, new Flash(Kind.SUCCESS, text, detail, null));
    }

    public static void info(HttpServletRequest request, String text) {
        say(request, new Flash(Kind.INFO, text, null, null));
    }

    public static void warning(HttpServletRequest request, String text, String detail) {
        say(request, new Flash(Kind.WARNING, text, detail, null));
    }

    public static void danger(HttpServletRequest request, String text, String detail) {
        say(request, new Flash(Kind.DANGER, text, detail, null));
    }

    /** Says what was done and which edges have confirmed it. */
    public static void effect(HttpServletRequest request, String text, @Nullable String detail, CommandAnswer answer) {
        Effect effect = Effect.of(answer);
        boolean pending = effect != null && !effect.effective();
        say(request, new Flash(pending ? Kind.WARNING : Kind.SUCCESS, text, detail, effect));
    }

    public static void say(HttpServletRequest request, Flash flash) {
        HttpSession session = request.getSession(true);
        ArrayList<Flash> waiting = new ArrayList<>(waiting(session));
        waiting.add(flash);
        session.setAttribute(WAITING, waiting);
    }

    /** Those that wait; they wait no more. */
    static List<Flash> take(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null) {
            return List.of();
        }
        List<Flash> waiting = waiting(session);
        if (!waiting.isEmpty()) {
            session.removeAttribute(WAITING);
        }
        return waiting;
    }

    private static List<Flash> waiting(HttpSession session) {
        return session.getAttribute(WAITING) instanceof List<?> list
                ? list.stream().map(Flash.class::cast).toList()
                : List.of();
    }
}
