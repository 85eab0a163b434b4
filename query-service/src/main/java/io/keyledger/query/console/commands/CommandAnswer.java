package io.keyledger.query.console.commands;

import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What command-service has answered.
 *
 * @param body the answer, or the problem; empty when there was none
 * @param retryAfterSeconds 0 when it says nothing of it
 */
public record CommandAnswer(int status, Map<String, Object> body, int retryAfterSeconds) {
    private static final Logger LOG = LoggerFactory.getLogger(CommandAnswer.class);

    public boolean ok() {
        return status < 400;
    }

    /**
     * This answer, when it is not a refusal. For what a page reads; a refused command is shown beside its form instead.
     *
     * @throws Refused with what the page has to say
     */
    public CommandAnswer orRefused() {
        return switch (status) {
            case 403 -> throw new Refused(new Refusal.NotYours("that command-service looks for"));
            case 404 -> throw new Refused(new Refusal.NoSuchPath());
            case 503 -> throw new Refused(new Refusal.CommandServiceAway(false));
            default -> {
                if (ok()) {
                    yield this;
                }
                // Also 401: who is signed in here is not believed there, and signing in again is no help.
                LOG.error("command-service answered {} {}: {}", status, problem(), detail());
                throw new Refused(new Refusal.Internal());
            }
        };
    }

    /** A text of the answer; empty when it is not there. */
    public String text(String name) {
        return body.get(name) instanceof String s ? s : "";
    }

    public @Nullable String optionalText(String name) {
        return body.get(name) instanceof String s ? s : null;
    }

    /** A list of objects of the answer; empty when it is not there. */
    public List<Map<String, Object>> items(String name) {
        return body.get(name) instanceof List<?> list
                ? list.stream().map(CommandAnswer::object).toList()
                : List.of();
    }

    /** The place in the log that a reading request may name as {@code minPosition}; null when nothing was written. */
    public @Nullable String position() {
        return optionalText("position");
    }

    /** Of a problem: its short name, such as {@code name-taken}. */
    public String problem() {
        String type = text("type");
        return type.substring(type.lastIndexOf('/') + 1);
    }

    /** Of a problem: what is wrong and what to do, in a sentence. */
    public String detail() {
        String detail = text("detail");
        return detail.isEmpty() ? "command-service answered %d.".formatted(status) : detail;
    }

    @SuppressWarnings("unchecked") // The reader of JSON makes no others.
    private static Map<String, Object> object(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
