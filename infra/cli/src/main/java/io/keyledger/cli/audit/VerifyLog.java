package io.keyledger.cli.audit;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.MerkleProof;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.SignedNote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks that a log was only appended to. */
@Command(
        name = "verify-log",
        header = "Check that the log was only appended to between two checkpoints.",
        description = {
            "",
            "Keep a checkpoint, and hold a later one against it: nothing that was there before may have changed since. A checkpoint"
                    + " is a file, or the folder of an export.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:The newer log begins with the older one.",
            "1:It does not, or a checkpoint is not signed with the key.",
            "2:It cannot be said: something is missing, or cannot be read."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger audit verify-log october/checkpoint november/checkpoint --vkey checkpoint.vkey"})
public final class VerifyLog extends PlatformCommand {
    @Parameters(index = "0", paramLabel = "OLD", description = "The older checkpoint.")
    @SuppressWarnings("NullAway.Init")
    private Path old;

    @Parameters(index = "1", paramLabel = "NEW", description = "The newer checkpoint.")
    @SuppressWarnings("NullAway.Init")
    private Path newer;

    @Option(
            names = "--vkey",
            required = true,
            paramLabel = "KEY",
            converter = LogKey.class,
            description = "The log's verifier key, or a file that holds it.")
    @SuppressWarnings("NullAway.Init")
    private NoteKey vkey;

    @Option(
            names = "--proof",
            paramLabel = "FILE",
            description = "The hashes of the consistency proof, base64, one a line (default: the platform is asked).")
    private @Nullable Path proof;

    @Override
    public Integer call() {
        Checkpoint before;
        Checkpoint after;
        List<byte[]> path;
        try {
            before = read(old);
            after = read(newer);
            path = proof == null ? List.of() : hashes(proof);
        } catch (IOException e) {
            console().warn("Cannot tell: " + e);
            return VerifyAudit.CANNOT_TELL;
        } catch (IllegalArgumentException e) {
            console().line("TAMPERED: " + e.getMessage());
            return 1;
        }
        if (before.size() > after.size()) {
            console()
                    .line("TAMPERED: the newer log has %d events, and the older one had %d."
                            .formatted(after.size(), before.size()));
            return 1;
        }
        if (proof == null && before.size() < after.size()) {
            try (Api api = api()) {
                path = new ProofApi(api).consistency(before.size(), after.size());
            }
        }
        if (!MerkleProof.isConsistent(before.size(), before.root(), after.size(), after.root(), path)) {
            console()
                    .line("TAMPERED: the log at %d does not begin with the log at %d."
                            .formatted(after.size(), before.size()));
            return 1;
        }
        console().line("Proved: the log at %d begins with the log at %d.".formatted(after.size(), before.size()));
        return 0;
    }

    private Checkpoint read(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve("checkpoint") : path;
        SignedNote note = SignedNote.read(bytes(file));
        if (!note.isSignedBy(vkey)) {
            throw new IllegalArgumentException(file + " is not signed with the key given");
        }
        Checkpoint checkpoint = Checkpoint.read(note.text());
        if (!checkpoint.origin().equals(vkey.name())) {
            throw new IllegalArgumentException(file + " is that of another log");
        }
        return checkpoint;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(SignedNote.MAX_BYTES + 1);
        }
    }

    private static List<byte[]> hashes(Path file) throws IOException {
        return new String(bytes(file), StandardCharsets.UTF_8)
                .lines()
                .map(Base64Text::hash)
                .toList();
    }
}
