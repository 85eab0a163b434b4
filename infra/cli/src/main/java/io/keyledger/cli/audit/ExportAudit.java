package io.keyledger.cli.audit;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Text;
import io.keyledger.events.KeyId;
import io.keyledger.events.bundle.BundleVerifier;
import io.keyledger.events.bundle.BundleWriter;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.events.proof.TlogProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exports events with what proves them. */
@Command(
        name = "export",
        header = "Export events with what proves them, for an auditor who need not trust this platform.",
        description = {
            "",
            "Writes a folder that holds the events in their published bytes, a proof of each, the log's signed checkpoint, the"
                    + " schemas, and VERIFY.md, which says how anyone checks it, with or without this program.",
            "What the latest checkpoint does not cover yet is left out; a checkpoint is signed every ten seconds, and uses are"
                    + " sealed once a minute.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger audit export --key KEY-ID --out key-for-the-auditor",
            "  keyledger audit export --from 2026-10-01 --to 2026-10-31 --out october",
            "  keyledger audit verify october --vkey DIR/tls/checkpoint.vkey"
        })
public final class ExportAudit extends PlatformCommand {
    private static final String FINGERPRINT = "audit.usage-batch-sealed";

    @Option(
            names = {"-k", "--key"},
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "All that happened to this key and with it.")
    private @Nullable KeyId key;

    @Option(names = "--from", paramLabel = "TIME", description = "Not before this day or instant.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Up to the end of this day, or before this instant.")
    private @Nullable String to;

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            converter = LogKey.class,
            description = "The log's verifier key, or a file that holds it (default: the one that the platform names).")
    private @Nullable NoteKey vkey;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new or empty folder.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Override
    public Integer call() {
        if (key == null && from == null) {
            throw usage("--key or --from says what to export");
        }
        if (key != null && (from != null || to != null)) {
            throw usage("a key is exported whole: leave --from and --to out");
        }
        try {
            if (Files.exists(out)) {
                try (Stream<Path> files = Files.list(out)) {
                    if (files.findAny().isPresent()) {
                        throw usage(out + " is not empty");
                    }
                }
            }
            return export();
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "Cannot write " + out + " (" + e + ").");
        }
    }

    private int export() throws IOException {
        long later = 0;
        NoteKey logKey;
        try (Api api = api();
                BundleWriter writer = new BundleWriter(out)) {
            ProofApi proofs = new ProofApi(api);
            ProofApi.Signed signed = proofs.latest(vkey);
            logKey = signed.key();
            SignedNote head = key == null ? null : head(proofs, signed, key);
            Map<String, String> query = new LinkedHashMap<>();
            if (from != null) {
                query.put("startDate", from);
            }
            if (to != null) {
                query.put("endDate", to);
            }
            Collector pages = new Collector(proofs, writer, signed.checkpoint().size());
            Pages.read(api, key == null ? "/audit" : "/keys/" + key.value() + "/history", query, 0, pages::add);
            pages.flush();
            later = pages.later;
            writer.finish(
                    signed.note(),
                    signed.key(),
                    key == null ? null : key.value(),
                    head,
                    key != null ? "key " + key.value() : "from " + from + (to == null ? "" : " to " + to));
        }
        if (later > 0) {
            console().note("%d events are newer than the checkpoint and left out.".formatted(later));
        }
        return VerifyAudit.tell(console(), BundleVerifier.verify(out, logKey), out);
    }

    private static SignedNote head(ProofApi proofs, ProofApi.Signed signed, KeyId key) {
        String origin = signed.checkpoint().origin();
        String instance = origin.substring(origin.indexOf('/') + 1);
        return proofs.head(
                        io.keyledger.events.Sources.key(instance, key),
                        signed.checkpoint().size())
                .orElseThrow(() -> new Failure(Failure.FAILED, "The platform signs nothing: it has no signing key."));
    }

    /** Gathers events until there are enough to ask for their proofs at once. */
    private static final class Collector {
        private static final int ENOUGH = 200;

        private final ProofApi proofs;
        private final BundleWriter writer;
        private final long size;
        private final List<Map<String, Object>> events = new ArrayList<>();
        private long later;

        Collector(ProofApi proofs, BundleWriter writer, long size) {
            this.proofs = proofs;
            this.writer = writer;
            this.size = size;
        }

        void add(Map<String, Object> event) {
            if (EventLine.type(event).equals(FINGERPRINT)) {
                // Comes with the uses that it proves.
                return;
            }
            events.add(event);
            if (events.size() == ENOUGH) {
                flush();
            }
        }

        void flush() {
            if (events.isEmpty()) {
                return;
            }
            List<String> ids = new ArrayList<>();
            List<String> uses = new ArrayList<>();
            for (Map<String, Object> event : events) {
                if (isUse(event)) {
                    uses.add(Text.of(event.get("source")) + " " + Text.of(event.get("sequence")));
                } else {
                    ids.add(Text.of(event.get("id")));
                }
            }
            ProofApi.Page page = proofs.proofs(size, ids, uses);
            try {
                for (Map<String, Object> event : events) {
                    write(event, page);
                }
            } catch (IOException e) {
                throw new Failure(Failure.FAILED, "The export cannot be written (" + e + ").");
            }
            events.clear();
        }

        private static boolean isUse(Map<String, Object> event) {
            return Text.of(event.get("source")).contains(":edge:");
        }

        private void write(Map<String, Object> event, ProofApi.Page page) throws IOException {
            byte[] bytes = AuditCommand.verbatim(event).getBytes(StandardCharsets.UTF_8);
            String source = Text.of(event.get("source"));
            long sequence = Long.parseLong(Text.of(event.get("sequence")));
            if (!isUse(event)) {
                Map<String, Object> proof = page.events().get(Text.of(event.get("id")));
                if (proof == null) {
                    later++;
                } else {
                    writer.event(bytes, source, sequence, tlog(proof));
                }
                return;
            }
            Map<String, Object> proof = page.uses().get(source + " " + sequence);
            Map<String, Object> batch = proof == null ? null : page.batches().get(ProofApi.text(proof, "batch"));
            if (proof == null || batch == null) {
                later++;
                return;
            }
            String id = ProofApi.text(batch, "id");
            writer.batch(id, ProofApi.text(batch, "event").getBytes(StandardCharsets.UTF_8), tlog(batch));
            writer.use(bytes, id, ProofApi.number(proof, "leaf"), ProofApi.hashes(proof.get("path")));
        }

        private static TlogProof tlog(Map<String, Object> proof) {
            return new TlogProof(ProofApi.number(proof, "index"), ProofApi.hashes(proof.get("path")));
        }
    }
}
