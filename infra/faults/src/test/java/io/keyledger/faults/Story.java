package io.keyledger.faults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A history made by hand, a millisecond a line, read by one checker. */
final class Story {
    static final String KEY = "key_1";
    static final String CREDENTIAL = "credential1";

    private final Checker checker;
    private long line;
    private long operations;

    Story(Checker checker) {
        this.checker = checker;
    }

    private void write(Map<String, Object> members) {
        members.put("at", ++line * 1_000_000);
        checker.next(new Entry(line, members));
    }

    private static Map<String, Object> members(Object... pairs) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            members.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return members;
    }

    /** Lets time go by. */
    Story later(long millis) {
        line += millis;
        return this;
    }

    /** A request with the key is sent to the edge; its id is {@code request-<number>}. */
    long ask(String edge) {
        long number = ++operations;
        write(members(
                "kind",
                "asked",
                "what",
                "verify",
                "operation",
                number,
                "edge",
                edge,
                "keyId",
                KEY,
                "credential",
                CREDENTIAL,
                "request",
                "request-" + number));
        return number;
    }

    Story answer(long operation, String result) {
        write(members("kind", "answered", "what", "verify", "operation", operation, "result", result));
        return this;
    }

    Story answer(long operation, String result, long ageMillis) {
        write(members(
                "kind",
                "answered",
                "what",
                "verify",
                "operation",
                operation,
                "result",
                result,
                "ageMillis",
                ageMillis));
        return this;
    }

    Story verify(String edge, String result) {
        return answer(ask(edge), result);
    }

    Story verify(String edge, String result, long ageMillis) {
        return answer(ask(edge), result, ageMillis);
    }

    Story command(String what, String result, String... confirmed) {
        return commanded(commanding(what), what, result, confirmed);
    }

    long commanding(String what) {
        long number = ++operations;
        write(members("kind", "asked", "what", what, "operation", number, "keyId", KEY));
        return number;
    }

    Story commanded(long operation, String what, String result, String... confirmed) {
        write(members(
                "kind",
                "answered",
                "what",
                what,
                "operation",
                operation,
                "result",
                result,
                "credential",
                CREDENTIAL,
                "confirmed",
                List.of(confirmed)));
        return this;
    }

    Story used(String event, String request, long count) {
        write(members(
                "kind", "told", "type", "used", "event", event, "edge", "edge-1", "request", request, "count", count));
        return this;
    }

    Story refused(String event, String edge, String code, long count) {
        write(members("kind", "told", "type", "refused", "event", event, "edge", edge, "code", code, "count", count));
        return this;
    }

    List<String> violations() {
        checker.end();
        return checker.findings().violations();
    }

    long looked() {
        return checker.findings().looked();
    }
}
