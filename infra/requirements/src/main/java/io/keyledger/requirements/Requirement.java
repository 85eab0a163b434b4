package io.keyledger.requirements;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One testable statement of what the platform must do.
 *
 * @param id such as {@code S1-25}
 * @param kind F field, R rule, L limit, A action, H header or protocol, E event, S status, P policy, M metric or alert, C case
 */
record Requirement(String id, String kind, String text) {

    /** The groups in order, by title such as {@code S1: API keys of an identity platform}, with their rows in order. */
    static Map<String, List<Requirement>> all() {
        Map<String, List<Requirement>> groups = new LinkedHashMap<>();
        List<Requirement> group = new ArrayList<>();
        for (String line : lines()) {
            String[] parts = line.split("\t", 3);
            if (parts[1].isEmpty()) {
                group = new ArrayList<>();
                groups.put(parts[0] + ": " + parts[2], Collections.unmodifiableList(group));
            } else {
                group.add(new Requirement(parts[0], parts[1], parts[2]));
            }
        }
        return groups;
    }

    private static List<String> lines() {
        try (InputStream in = Requirement.class.getResourceAsStream("rows.tsv")) {
            if (in == null) {
                throw new IllegalStateException("rows.tsv is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
