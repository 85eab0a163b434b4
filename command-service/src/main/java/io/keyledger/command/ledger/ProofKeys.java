package io.keyledger.command.ledger;

import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The keys that sign checkpoints. They stand in a file, never in the database.
 *
 * @param signers none = nothing is signed here
 */
record ProofKeys(List<NoteSigner> signers) {

    static ProofKeys read(String instance, ProofConfig config) throws IOException {
        Path file = config.key();
        return new ProofKeys(
                file == null
                        ? List.of()
                        : NoteSigner.readPem(ProofConfig.origin(instance), NoteKey.ED25519, Files.readString(file)));
    }
}
