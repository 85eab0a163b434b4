package io.keyledger.events.bundle;

import io.keyledger.events.JsonReader;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.events.proof.TlogProof;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an export into a new folder, in bounded memory: of each event of the ledger it remembers where its bytes are, of
 * each use nothing. What is written before {@link #finish} cannot be taken for an export. For one thread.
 */
public final class BundleWriter implements AutoCloseable {
    private final Path folder;
    private final Part own;
    private final Part uses;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> batchIds = new HashSet<>();
    private long useCount;

    /** Where an event of the ledger and its proof are, until all are there and can be sorted. */
    private record Entry(
            boolean batch, String source, long sequence, long event, int eventLength, long proof, int proofLength) {}

    /** Events and proofs, side by side in two files. */
    private static final class Part implements AutoCloseable {
        final Path events;
        final Path proofs;
        final OutputStream eventsOut;
        final OutputStream proofsOut;
        long eventsSize;
        long proofsSize;

        Part(Path folder, String name) throws IOException {
            events = folder.resolve("." + name + ".events");
            proofs = folder.resolve("." + name + ".proofs");
            eventsOut = new BufferedOutputStream(Files.newOutputStream(events));
            proofsOut = new BufferedOutputStream(Files.newOutputStream(proofs));
        }

        void add(byte[] event, byte[] proof) throws IOException {
            eventsOut.write(event);
            eventsOut.write('\n');
            proofsOut.write(proof);
            eventsSize += event.length + 1;
            proofsSize += proof.length;
        }

        @Override
        public void close() throws IOException {
            eventsOut.close();
            proofsOut.close();
        }

        void delete() throws IOException {
            Files.deleteIfExists(events);
            Files.deleteIfExists(proofs);
        }
    }

    /** @param folder new or empty */
    public BundleWriter(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        this.own = new Part(folder, "own");
        this.uses = new Part(folder, "uses");
    }

    /** Adds an event of the ledger; in any order. */
    public void event(byte[] event, String source, long sequence, TlogProof proof) throws IOException {
        add(event, false, source, sequence, proof);
    }

    private void add(byte[] event, boolean batch, String source, long sequence, TlogProof proof) throws IOException {
        byte[] text = Bundle.ascii(proof.head());
        entries.add(new Entry(batch, source, sequence, own.eventsSize, event.length + 1, own.proofsSize, text.length));
        own.add(event, text);
    }

    /** Adds the fingerprint of a batch of uses, if it is not there yet. */
    public void batch(String id, byte[] event, TlogProof proof) throws IOException {
        if (batchIds.add(id)) {
            Map<String, Object> members = JsonReader.object(event);
            add(
                    event,
                    true,
                    String.valueOf(members.get("source")),
                    Long.parseLong(String.valueOf(members.get("sequence"))),
                    proof);
        }
    }

    /** Adds what an edge wrote; its batch may come later. */
    public void use(byte[] event, String batch, long leaf, List<byte[]> path) throws IOException {
        uses.add(event, Bundle.ascii(new Bundle.UseProof(batch, leaf, path).text()));
        useCount++;
    }

    /**
     * Puts the parts together and adds all that a reader needs.
     *
     * @param keyId the key that the export is of, and then {@code head} is what the log signed about its end
     * @param asked what was asked for, in words
     */
    public void finish(
            SignedNote checkpoint, NoteKey key, @Nullable String keyId, @Nullable SignedNote head, String asked)
            throws IOException {
        own.close();
        uses.close();
        entries.sort(
                Comparator.comparing(Entry::batch).thenComparing(Entry::source).thenComparingLong(Entry::sequence));
        try (OutputStream events = new BufferedOutputStream(Files.newOutputStream(folder.resolve(Bundle.EVENTS)));
                OutputStream proofs = new BufferedOutputStream(Files.newOutputStream(folder.resolve(Bundle.PROOFS)));
                RandomAccessFile ownEvents = new RandomAccessFile(own.events.toFile(), "r");
                RandomAccessFile ownProofs = new RandomAccessFile(own.proofs.toFile(), "r")) {
            for (Entry entry : entries) {
                copy(ownEvents, entry.event, entry.eventLength, events);
                copy(ownProofs, entry.proof, entry.proofLength, proofs);
            }
            Files.copy(uses.events, events);
            Files.copy(uses.proofs, proofs);
        }
        own.delete();
        uses.delete();
        Files.write(folder.resolve(Bundle.CHECKPOINT), checkpoint.bytes());
        if (head != null) {
            Files.write(folder.resolve(Bundle.HEAD), head.bytes());
        }
        Files.write(folder.resolve(Bundle.VKEY), Bundle.ascii(key + "\n"));
        Files.write(
                folder.resolve(Bundle.MANIFEST), new Bundle.Manifest(keyId, asked, entries.size(), useCount).bytes());
        for (String document : Bundle.DOCUMENTS) {
            Files.write(folder.resolve(document), Bundle.document(document));
        }
        Files.createDirectories(folder.resolve(Bundle.SCHEMAS));
        for (String name : Bundle.schemas()) {
            Files.write(folder.resolve(Bundle.SCHEMAS).resolve(name + ".v1.json"), SchemaCheck.file(name));
        }
        Path fresh = folder.resolve("." + Bundle.SUMS);
        Files.writeString(fresh, Bundle.sums(folder, Bundle.files(keyId != null)));
        Files.move(fresh, folder.resolve(Bundle.SUMS), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void copy(RandomAccessFile from, long at, int length, OutputStream to) throws IOException {
        byte[] bytes = new byte[length];
        from.seek(at);
        from.readFully(bytes);
        to.write(bytes);
    }

    /** How many events and uses there are so far. */
    public long count() {
        return entries.size() + useCount;
    }

    @Override
    public void close() throws IOException {
        own.close();
        uses.close();
        own.delete();
        uses.delete();
    }
}
