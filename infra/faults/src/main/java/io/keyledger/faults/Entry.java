package io.keyledger.faults;

import io.keyledger.events.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One line of a history.
 *
 * @param line its number in the file, from 1
 */
record Entry(long line, Map<String, Object> members) {
    /** @throws IllegalArgumentException when the line is no JSON object */
    static Entry read(long number, String line) {
        return new Entry(number, JsonReader.object(line.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether something is being asked here: {@code what} is under way from now on. */
    boolean asks(String what) {
        return is("kind", History.ASKED) && is("what", what);
    }

    /** Whether {@code what} is over here, with or without an answer. */
    boolean answers(String what) {
        return is("kind", History.ANSWERED) && is("what", what);
    }

    boolean is(String name, String value) {
        return value.equals(members.get(name));
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    /** Empty when there is none. */
    String text(String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    /** @throws IllegalArgumentException when there is none */
    long number(String name) {
        if (members.get(name) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("line " + line + " has no number " + name);
    }

    /** Nanoseconds of the one monotonic clock. */
    long at() {
        return number("at");
    }

    /** Joins a question with its answer. */
    long operation() {
        return number("operation");
    }

    List<String> texts(String name) {
        return members.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
