package io.keyledger.faults;

import io.keyledger.events.CanonicalJson;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that was asked, answered, broken and told, one JSON object a line. The lines are in the order of one monotonic clock:
 * what is asked is written down before it is sent, and what is answered after it has come, so that "answered before it was
 * asked" in the file is true in the world. Never holds a key, only ids. Safe from any thread.
 *
 * <pre>
 * {"actor":"load-2","at":81243,"edge":"edge-2","keyId":"key_…","credential":"0M9…","kind":"asked","operation":17,"what":"verify",…}
 * {"ageMillis":412,"at":90312,"kind":"answered","operation":17,"result":"accepted","what":"verify",…}
 * {"at":99000,"fault":"kill-edge","kind":"fault","phase":"begin","target":"edge-1",…}
 * {"at":99999,"code":"revoked","count":3,"edge":"edge-1","event":"019…","kind":"told","type":"refused",…}
 * </pre>
 */
final class History implements AutoCloseable {
    static final String ASKED = "asked";
    static final String ANSWERED = "answered";
    static final String FAULT = "fault";
    static final String TOLD = "told";

    /** As a result: no answer came, so that nobody knows whether it was done. */
    static final String NONE = "none";

    private final BufferedWriter out;
    private final long start = System.nanoTime();
    private long operations;

    History(Path file) throws IOException {
        this.out = Files.newBufferedWriter(file);
    }

    /** Something is about to be asked; returns the number of the operation. */
    synchronized long asked(String actor, String what, Map<String, ? extends @Nullable Object> about) {
        long operation = ++operations;
        Map<String, @Nullable Object> members = new LinkedHashMap<>(about);
        members.put("actor", actor);
        members.put("operation", operation);
        members.put("what", what);
        write(ASKED, members);
        return operation;
    }

    /** It was answered, or given up: {@link #NONE}. */
    synchronized void answered(
            long operation, String what, String result, Map<String, ? extends @Nullable Object> about) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>(about);
        members.put("operation", operation);
        members.put("result", result);
        members.put("what", what);
        write(ANSWERED, members);
    }

    synchronized void fault(String name, String target, String phase) {
        write(FAULT, Map.of("fault", name, "target", target, "phase", phase));
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One event of the audit, as it was read from Kafka; repeats included. */
    synchronized void told(Map<String, ? extends @Nullable Object> about) {
        write(TOLD, about);
    }

    private void write(String kind, Map<String, ? extends @Nullable Object> about) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>(about);
        members.put("kind", kind);
        members.put("at", System.nanoTime() - start);
        members.put("wall", Instant.now().toString());
        members.values().removeIf(value -> value == null);
        try {
            out.write(new String(CanonicalJson.bytes(members), StandardCharsets.UTF_8));
            out.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets checkers read a file from its beginning to its end, then lets them draw their conclusions. */
    static void read(Path file, Iterable<? extends Checker> checkers) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            long number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Entry entry = Entry.read(++number, line);
                checkers.forEach(checker -> checker.next(entry));
            }
        }
        checkers.forEach(Checker::end);
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
