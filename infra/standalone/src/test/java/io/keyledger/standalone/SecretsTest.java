package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.events.proof.SignedNote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final Account OURS = new Account(false);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private DataDir dir = new DataDir(Path.of("unset"));

    @BeforeEach
    void make() throws Exception {
        dir = new DataDir(folder.resolve("data"));
        dir.create(OURS);
    }

    @Test
    void a_password_is_made_once_and_differs_by_name_and_by_installation() throws Exception {
        String first = new Secrets(dir).password("kafka/admin");
        assertThat(first).hasSize(40).matches("[0-9A-Za-z]+");
        assertThat(new Secrets(dir).password("kafka/admin")).isEqualTo(first);
        assertThat(new Secrets(dir).password("kafka/siem")).isNotEqualTo(first);
        DataDir other = new DataDir(folder.resolve("other"));
        other.create(OURS);
        assertThat(new Secrets(other).password("kafka/admin")).isNotEqualTo(first);
    }

    @Test
    void the_instance_keeps_its_name_for_ever() throws Exception {
        String name = Secrets.instance(dir);
        assertThat(name).matches("inst-[0-9a-z]{8}");
        assertThat(Secrets.instance(dir)).isEqualTo(name);
    }

    @Test
    void the_key_that_speaks_for_people_is_made_once_and_only_its_owner_reads_it() throws Exception {
        Secrets.assertionKeys(dir, OURS);
        String first = Files.readString(dir.assertionKey());
        Secrets.assertionKeys(dir, OURS);
        assertThat(Files.readString(dir.assertionKey())).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.assertionKey())))
                .isEqualTo("rw-------");
        byte[] message = {1, 2, 3};
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(AssertionKeys.signing(dir.assertionKey()));
        signature.update(message);
        byte[] signed = signature.sign();
        signature.initVerify(AssertionKeys.checking(dir.assertionPublicKey()));
        signature.update(message);
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void the_key_that_signs_checkpoints_is_made_once_and_private_and_what_verifies_them_is_public() throws Exception {
        Secrets.checkpointKey(dir, OURS);
        String first = Files.readString(dir.checkpointKey());
        Secrets.checkpointKey(dir, OURS);
        assertThat(Files.readString(dir.checkpointKey())).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.checkpointKey())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.checkpointVerifierKey())))
                .isEqualTo("rw-r--r--");
        NoteKey key = NoteKey.read(Files.readString(dir.checkpointVerifierKey()).strip());
        assertThat(key.name()).isEqualTo("keyledger/" + Secrets.instance(dir));
        assertThat(SignedNote.sign("text\n", NoteSigner.readPem(key.name(), NoteKey.ED25519, first), 0)
                        .isSignedBy(key))
                .isTrue();
    }

    @Test
    void the_pepper_is_made_once_and_readable_for_its_owner_alone() throws Exception {
        Secrets.peppers(dir, OURS);
        String first = Files.readString(dir.peppers());
        Secrets.peppers(dir, OURS);
        assertThat(Files.readString(dir.peppers())).isEqualTo(first);
        Secrets.vaultKeys(dir, OURS);
        String keys = Files.readString(dir.vaultKeys());
        Secrets.vaultKeys(dir, OURS);
        assertThat(Files.readString(dir.vaultKeys())).isEqualTo(keys);
        new Secrets(dir).password("any");
        try (var files = Files.list(dir.secrets())) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }
}
