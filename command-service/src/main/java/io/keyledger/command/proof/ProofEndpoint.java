package io.keyledger.command.proof;

import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.ledger.ProofReader;
import io.keyledger.command.ledger.ProofReader.Included;
import io.keyledger.command.ledger.ProofReader.Signed;
import io.keyledger.command.ledger.ProofReader.Use;
import io.keyledger.command.ledger.ProofReader.UseId;
import io.keyledger.command.web.Body;
import io.keyledger.events.proof.Base64Text;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/audit/checkpoint} and the proofs that go with it. All need {@code audit:read}. */
@RestController
class ProofEndpoint {
    private static final int MOST = 200;
    private static final long LARGEST = 1L << 53;
    private static final int MAX_SOURCE = 300;

    private final ProofReader proofs;
    private final Clock clock;

    ProofEndpoint(ProofReader proofs, Clock clock) {
        this.proofs = proofs;
        this.clock = clock;
    }

    /** The last one, and with what it is verified. Before anything is signed, it has no note. */
    @GetMapping("/api/v1/audit/checkpoint")
    ResponseEntity<Map<String, @Nullable Object>> checkpoint(Caller caller) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        proofs.latest().ifPresent(signed -> body.putAll(body(signed)));
        body.put("verifierKeys", proofs.verifierKeys());
        return answer(body);
    }

    @GetMapping("/api/v1/audit/checkpoints")
    ResponseEntity<Map<String, @Nullable Object>> checkpoints(Caller caller, HttpServletRequest request) {
        long after = number(request, "after", 0, LARGEST, 0L);
        int limit = (int) number(request, "limit", 1, MOST, 50L);
        List<Signed> signed = proofs.after(after, limit);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("items", signed.stream().map(ProofEndpoint::body).toList());
        if (signed.size() == limit) {
            body.put("next", Long.toString(signed.getLast().number()));
        }
        return answer(body);
    }

    private static Map<String, @Nullable Object> body(Signed signed) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("number", signed.number());
        body.put("size", signed.size());
        body.put("signedAt", signed.signedAt());
        body.put("note", signed.note());
        return body;
    }

    @GetMapping("/api/v1/audit/proof")
    ResponseEntity<Map<String, @Nullable Object>> proof(Caller caller, HttpServletRequest request) {
        long size = number(request, "size", 1, proofs.size(), null);
        long index = number(request, "index", 0, size - 1, null);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("index", index);
        body.put("size", size);
        body.put("path", texts(proofs.inclusion(index, size)));
        return answer(body);
    }

    @GetMapping("/api/v1/audit/consistency")
    ResponseEntity<Map<String, @Nullable Object>> consistency(Caller caller, HttpServletRequest request) {
        long to = number(request, "to", 0, proofs.size(), null);
        long from = number(request, "from", 0, to, null);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("from", from);
        body.put("to", to);
        body.put("path", texts(proofs.consistency(from, to)));
        return answer(body);
    }

    /** How far a source has come by a size, as a note that the log has signed. */
    @GetMapping("/api/v1/audit/head")
    ResponseEntity<Map<String, @Nullable Object>> head(Caller caller, HttpServletRequest request) {
        long size = number(request, "size", 1, proofs.size(), null);
        String source = request.getParameter("source");
        if (source == null || source.length() > MAX_SOURCE || !source.matches("urn:keyledger:[A-Za-z0-9_:.-]+")) {
            throw new Refused(new Refusal.InvalidValue("source", "the source of an event"));
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        proofs.head(caller.tenant(), source, size, clock.instant().getEpochSecond())
                .ifPresent(note -> body.put("note", note));
        return answer(body);
    }

    /** Proofs of many events and uses at once; those that the size does not cover are left out. */
    @PostMapping("/api/v1/audit/proofs")
    ResponseEntity<Map<String, @Nullable Object>> proofs(Caller caller, Body body) {
        long size = number("size", body.text("size"), 1, proofs.size());
        List<UUID> events = ids(body.optionalTexts("events"));
        List<UseId> uses = uses(body.optionalTexts("uses"));
        body.end();
        List<Use> found = proofs.uses(uses, size);
        List<UUID> batches =
                found.stream().map(Use::batch).distinct().map(UUID::fromString).toList();
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("size", size);
        answer.put(
                "events",
                proofs.included(caller.tenant(), events, size).stream()
                        .map(ProofEndpoint::body)
                        .toList());
        answer.put("uses", found.stream().map(ProofEndpoint::body).toList());
        answer.put(
                "batches",
                proofs.batches(batches, size).stream()
                        .map(batch -> {
                            Map<String, @Nullable Object> one = body(batch.included());
                            one.put("event", batch.event());
                            return one;
                        })
                        .toList());
        return answer(answer);
    }

    private static Map<String, @Nullable Object> body(Included event) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", event.id());
        body.put("index", event.index());
        body.put("path", texts(event.path()));
        return body;
    }

    private static Map<String, @Nullable Object> body(Use use) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("source", use.source());
        body.put("sequence", use.sequence());
        body.put("batch", use.batch());
        body.put("leaf", use.leaf());
        body.put("path", texts(use.path()));
        return body;
    }

    private static List<UUID> ids(@Nullable List<String> texts) {
        List<UUID> ids = new ArrayList<>();
        for (String text : few("events", texts)) {
            try {
                ids.add(UUID.fromString(text));
            } catch (IllegalArgumentException _) {
                throw new Refused(new Refusal.InvalidValue("events", "the ids of events"));
            }
        }
        return ids;
    }

    private static List<UseId> uses(@Nullable List<String> texts) {
        List<UseId> uses = new ArrayList<>();
        for (String text : few("uses", texts)) {
            if (text.length() > MAX_SOURCE || !text.matches("urn:keyledger:[A-Za-z0-9_:.-]+ [0-9]{20}")) {
                throw new Refused(new Refusal.InvalidValue("uses", "SOURCE SEQUENCE, as the events have them"));
            }
            int blank = text.indexOf(' ');
            try {
                uses.add(new UseId(text.substring(0, blank), Long.parseLong(text.substring(blank + 1))));
            } catch (NumberFormatException _) {
                throw new Refused(new Refusal.InvalidValue("uses", "SOURCE SEQUENCE, as the events have them"));
            }
        }
        return uses;
    }

    private static List<String> few(String field, @Nullable List<String> texts) {
        if (texts == null) {
            return List.of();
        }
        if (texts.size() > MOST) {
            throw new Refused(new Refusal.TooLong(field, MOST));
        }
        return texts;
    }

    private static long number(
            HttpServletRequest request, String name, long least, long most, @Nullable Long byDefault) {
        String text = request.getParameter(name);
        if (text == null) {
            if (byDefault == null) {
                throw new Refused(new Refusal.MissingField(name));
            }
            return byDefault;
        }
        return number(name, text, least, most);
    }

    private static long number(String name, String text, long least, long most) {
        if (text.matches("[0-9]{1,16}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new Refused(new Refusal.InvalidValue(name, "a number from %d to %d".formatted(least, most)));
    }

    private static List<String> texts(List<byte[]> hashes) {
        return hashes.stream().map(Base64Text::of).toList();
    }

    private static ResponseEntity<Map<String, @Nullable Object>> answer(Map<String, @Nullable Object> body) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }
}
