package io.keyledger.system;

import io.keyledger.events.JsonReader;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a door answered. Members of the JSON are reached by path: {@code previous.credentialId}, {@code items.0.name}. */
record Answer(int status, HttpHeaders headers, String body) {

    Map<String, Object> json() {
        return JsonReader.object(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The lines of an NDJSON answer. */
    List<Map<String, Object>> lines() {
        return body.lines()
                .map(line -> JsonReader.object(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Nullable
    Object at(String path) {
        return at(json(), path);
    }

    static @Nullable Object at(Object json, String path) {
        Object at = json;
        for (String step : path.split("\\.", -1)) {
            if (at instanceof Map<?, ?> map) {
                at = map.get(step);
            } else if (at instanceof List<?> list && step.matches("\\d+") && Integer.parseInt(step) < list.size()) {
                at = list.get(Integer.parseInt(step));
            } else {
                return null;
            }
        }
        return at;
    }

    String text(String path) {
        if (at(path) instanceof String text) {
            return text;
        }
        throw new AssertionError("no text " + path + " in " + this);
    }

    long number(String path) {
        if (at(path) instanceof Long number) {
            return number;
        }
        throw new AssertionError("no number " + path + " in " + this);
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> list(String path) {
        if (at(path) instanceof List<?> list) {
            return (List<Map<String, Object>>) list;
        }
        throw new AssertionError("no list " + path + " in " + this);
    }

    List<Map<String, Object>> items() {
        return list("items");
    }

    /** Fails with what was answered unless the status is the one expected. */
    Answer expect(int expected) {
        if (status != expected) {
            throw new AssertionError("expected " + expected + ", got " + this);
        }
        return this;
    }

    /** For failures of tests: without the key that the answer may hold. */
    @Override
    public String toString() {
        return status + " " + body.replaceAll("(_[0-9A-Za-z]{12}_)[0-9A-Za-z]{49}", "$1…");
    }
}
