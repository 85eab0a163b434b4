package io.keyledger.cli.audit;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.console.Json;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.SignedNote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What of the platform proves things. What it answers is checked, not believed. */
final class ProofApi {
    private final Api api;

    ProofApi(Api api) {
        this.api = api;
    }

    /** A checkpoint and the key that signed it. */
    record Signed(SignedNote note, Checkpoint checkpoint, NoteKey key) {}

    /**
     * The latest checkpoint.
     *
     * @param expected the key that it must be signed with; null = the one that the platform names
     */
    Signed latest(@Nullable NoteKey expected) {
        Map<String, Object> answer = api.get("/audit/checkpoint").object();
        if (!(answer.get("note") instanceof String text)) {
            throw new Failure(
                    Failure.FAILED,
                    "The log has signed no checkpoint yet: wait some seconds, or see \"The ledger is not signed\" in docs/runbook.md.");
        }
        SignedNote note = note(text);
        List<NoteKey> keys = new ArrayList<>();
        if (expected != null) {
            keys.add(expected);
        } else if (answer.get("verifierKeys") instanceof List<?> list) {
            list.forEach(key -> keys.add(NoteKey.read(String.valueOf(key))));
        }
        NoteKey key = keys.stream()
                .filter(note::isSignedBy)
                .findFirst()
                .orElseThrow(() -> new Failure(Failure.FAILED, "The checkpoint is not signed with the log's key."));
        return new Signed(note, checkpoint(note), key);
    }

    static SignedNote note(String text) {
        try {
            return SignedNote.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.FAILED, "That is not a signed note: " + e.getMessage() + ".");
        }
    }

    static Checkpoint checkpoint(SignedNote note) {
        try {
            return Checkpoint.read(note.text());
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.FAILED, "That is not a checkpoint: " + e.getMessage() + ".");
        }
    }

    /** That the tree of one size begins with that of the other. */
    List<byte[]> consistency(long from, long to) {
        return hashes(api.get("/audit/consistency", Map.of("from", Long.toString(from), "to", Long.toString(to)))
                .object()
                .get("path"));
    }

    /** What the log signs about the end of a source. */
    Optional<SignedNote> head(String source, long size) {
        Object note = api.get("/audit/head", Map.of("source", source, "size", Long.toString(size)))
                .object()
                .get("note");
        return note instanceof String text ? Optional.of(note(text)) : Optional.empty();
    }

    /**
     * One page of proofs.
     *
     * @param uses as {@code SOURCE SEQUENCE}
     */
    Page proofs(long size, List<String> events, List<String> uses) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("size", Long.toString(size));
        body.put("events", events);
        body.put("uses", uses);
        Map<String, Object> answer = api.ask("/audit/proofs", Json.line(body)).object();
        Page page = new Page(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        Pages.objects(answer, "events").forEach(e -> page.events.put(text(e, "id"), e));
        Pages.objects(answer, "batches").forEach(e -> page.batches.put(text(e, "id"), e));
        Pages.objects(answer, "uses").forEach(e -> page.uses.put(text(e, "source") + " " + number(e, "sequence"), e));
        return page;
    }

    /** By id, or by source and sequence. */
    record Page(
            Map<String, Map<String, Object>> events,
            Map<String, Map<String, Object>> uses,
            Map<String, Map<String, Object>> batches) {}

    static String text(Map<String, Object> object, String member) {
        if (object.get(member) instanceof String text) {
            return text;
        }
        throw new Failure(Failure.FAILED, "The platform sent a proof without " + member + ".");
    }

    static long number(Map<String, Object> object, String member) {
        if (object.get(member) instanceof Long number) {
            return number;
        }
        throw new Failure(Failure.FAILED, "The platform sent a proof without " + member + ".");
    }

    static List<byte[]> hashes(@Nullable Object list) {
        if (!(list instanceof List<?> texts)) {
            throw new Failure(Failure.FAILED, "The platform sent a proof without its path.");
        }
        try {
            return texts.stream()
                    .map(text -> Base64Text.hash(String.valueOf(text)))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.FAILED, "The platform sent a proof that holds no hashes.");
        }
    }
}
