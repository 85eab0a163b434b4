package io.keyledger.cli.audit;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.MerkleProof;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.standalone.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Watches a log from elsewhere. */
@Command(
        name = "witness",
        header = "Watch the log from elsewhere: check that it only grew, and cosign its checkpoint.",
        description = {
            "",
            "Run it regularly on a machine that those who run the platform do not run: what it cosigned they cannot take back. The"
                    + " folder holds the witness's own key (made at the first run), its verifier key, and the last checkpoint that it"
                    + " cosigned (C2SP tlog-cosignature).",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Cosigned.",
            "1:The log is not a continuation of what was cosigned, or not signed with its key. Keep the folder: it is the evidence.",
            "2:The command line is wrong.",
            "3:The platform does not answer."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger audit witness --vkey KEY --name witness.example.org --state ~/witness --key-file auditor.key"
        })
public final class WitnessLog extends PlatformCommand {
    @Option(
            names = "--vkey",
            required = true,
            paramLabel = "KEY",
            converter = LogKey.class,
            description = "The log's verifier key, or a file that holds it.")
    @SuppressWarnings("NullAway.Init")
    private NoteKey vkey;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "The witness's name, such as its host.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--state", required = true, paramLabel = "DIR", description = "The witness's folder.")
    @SuppressWarnings("NullAway.Init")
    private Path state;

    @Override
    public Integer call() {
        try {
            return witness();
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "Cannot use " + state + " (" + e + ").");
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.FAILED, "Cannot use " + state + ": " + e.getMessage() + ".");
        }
    }

    private int witness() throws IOException {
        Files.createDirectories(state);
        Path keyFile = state.resolve("witness.key");
        if (!Files.exists(keyFile)) {
            PrivateFiles.write(keyFile, NoteSigner.pem(NoteSigner.newSeed(new SecureRandom())));
        }
        NoteSigner signer = NoteSigner.readPem(name, NoteKey.COSIGNATURE, Files.readString(keyFile))
                .getFirst();
        Files.writeString(state.resolve("witness.vkey"), signer.key() + "\n");
        Path file = state.resolve("cosigned");
        Checkpoint last = null;
        if (Files.exists(file)) {
            SignedNote note = SignedNote.read(Files.readAllBytes(file));
            if (!note.isSignedBy(signer.key())) {
                throw new Failure(Failure.FAILED, file + " is not what this witness cosigned.");
            }
            last = Checkpoint.read(note.text());
        }
        try (Api api = api()) {
            ProofApi proofs = new ProofApi(api);
            ProofApi.Signed signed = proofs.latest(vkey);
            Checkpoint now = signed.checkpoint();
            if (!now.origin().equals(vkey.name())) {
                throw new Failure(Failure.FAILED, "That is another log: " + now.origin() + ".");
            }
            if (last != null) {
                List<byte[]> proof = last.size() < now.size() ? proofs.consistency(last.size(), now.size()) : List.of();
                if (!MerkleProof.isConsistent(last.size(), last.root(), now.size(), now.root(), proof)) {
                    Files.write(state.resolve("refused"), signed.note().bytes());
                    console()
                            .line(
                                    "TAMPERED: the log at %d does not begin with the log at %d that was cosigned. Both are kept in %s."
                                            .formatted(now.size(), last.size(), state));
                    return 1;
                }
            }
            SignedNote cosigned = signed.note().with(signer, Instant.now().getEpochSecond());
            Path fresh = state.resolve(".cosigned");
            Files.write(fresh, cosigned.bytes());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            console().line("Cosigned the log at %d as %s.".formatted(now.size(), name));
        }
        return 0;
    }
}
