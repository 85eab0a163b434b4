package io.keyledger.events.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of C2SP and of Go's golang.org/x/mod/sumdb/note, and what may not pass for them. */
class SignedNoteTest {
    private static final String EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private static final String EXAMPLE_NOTE = "This is an example message.\n\n"
            + "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    private static final String PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private static final String PETER_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private static final String ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
    private static final String TEXT = "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n";
    private static final String PETERS_LINE =
            "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    private static final String ENOCHS_LINE =
            "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
    private static final String CHECKPOINT =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
                    + "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
                    + "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    @Test
    void the_examples_of_signed_note_and_of_go_verify() {
        assertThat(note(EXAMPLE_NOTE).isSignedBy(NoteKey.read(EXAMPLE_KEY))).isTrue();
        SignedNote both = note(TEXT + "\n" + PETERS_LINE + ENOCHS_LINE);
        assertThat(both.isSignedBy(NoteKey.read(PETER))).isTrue();
        assertThat(both.isSignedBy(NoteKey.read(ENOCH))).isTrue();
        assertThat(note(TEXT + "\n" + ENOCHS_LINE).isSignedBy(NoteKey.read(PETER)))
                .isFalse();
    }

    @Test
    void go_and_this_sign_the_same_text_with_the_same_bytes_and_name_the_same_key() {
        byte[] typed = Base64.getDecoder().decode(PETER_SECRET);
        NoteSigner peter =
                NoteSigner.of("PeterNeumann", typed[0], java.util.Arrays.copyOfRange(typed, 1, typed.length));
        assertThat(peter.key()).hasToString(PETER).isEqualTo(NoteKey.read(PETER));
        assertThat(SignedNote.sign(TEXT, List.of(peter), 0)).hasToString(TEXT + "\n" + PETERS_LINE);
    }

    @Test
    void the_example_of_tlog_checkpoint_and_tlog_cosignature_reads_and_is_written_back() {
        SignedNote note = note(CHECKPOINT);
        assertThat(note).hasToString(CHECKPOINT);
        Checkpoint checkpoint = Checkpoint.read(note.text());
        assertThat(checkpoint.origin()).isEqualTo("example.com/behind-the-sofa");
        assertThat(checkpoint.size()).isEqualTo(20852163);
        assertThat(checkpoint.text()).isEqualTo(note.text());
        assertThat(note.lines().get(1).id()).isEqualTo(0x8d66cf3f);
        assertThat(NoteKey.cosigned(1679315147, note.text()))
                .isEqualTo(
                        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
        assertThat(java.nio.ByteBuffer.wrap(note.lines().get(1).signature()).getLong())
                .isEqualTo(1679315147);
    }

    @Test
    void a_witness_signs_the_time_with_the_text() {
        NoteSigner log = signer("keyledger/inst-1", NoteKey.ED25519);
        NoteSigner witness = signer("witness.example/w", NoteKey.COSIGNATURE);
        SignedNote cosigned = SignedNote.sign(
                        new Checkpoint("keyledger/inst-1", 7, TreeHash.empty()).text(), List.of(log), 0)
                .with(witness, 1679315147);
        SignedNote read = note(cosigned.toString());
        assertThat(read.isSignedBy(log.key())).isTrue();
        assertThat(read.isSignedBy(NoteKey.read(witness.key().toString()))).isTrue();
        SignedNote.Line line = read.lines().get(1);
        byte[] later = line.signature().clone();
        later[7]++;
        SignedNote moved = new SignedNote(read.text(), List.of(new SignedNote.Line(line.name(), line.id(), later)));
        assertThat(moved.isSignedBy(witness.key())).isFalse();
    }

    @Test
    void no_byte_of_a_signed_note_can_be_another() {
        byte[] bytes = EXAMPLE_NOTE.getBytes(StandardCharsets.UTF_8);
        NoteKey key = NoteKey.read(EXAMPLE_KEY);
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] other = bytes.clone();
                other[i] ^= (byte) (1 << bit);
                boolean passes;
                try {
                    passes = SignedNote.read(other).isSignedBy(key);
                } catch (IllegalArgumentException e) {
                    passes = false;
                }
                assertThat(passes).as("byte %d bit %d", i, bit).isFalse();
            }
        }
    }

    @Test
    void no_part_of_a_verifier_key_is_one() {
        for (int from = 0; from <= PETER.length(); from++) {
            for (int to = from + 1; to <= PETER.length(); to++) {
                if (from != 0 || to != PETER.length()) {
                    String part = PETER.substring(from, to);
                    assertThatThrownBy(() -> NoteKey.read(part)).isInstanceOf(IllegalArgumentException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
                "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                ""
            })
    void a_mangled_verifier_key_is_refused(String vkey) {
        assertThatThrownBy(() -> NoteKey.read(vkey)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_no_note_is_refused() {
        for (String bad : List.of(
                TEXT,
                TEXT + "\n",
                (TEXT + "\n" + PETERS_LINE).stripTrailing(),
                "\u0001" + TEXT + "\n" + PETERS_LINE,
                TEXT + "\n\u2014 Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBt\n",
                TEXT + "\n" + PETERS_LINE + "Unexpected line.\n",
                TEXT + "\n" + PETERS_LINE.repeat(101),
                TEXT + "\n" + PETERS_LINE.replace("nAM=", "nAN="),
                "a".repeat(SignedNote.MAX_BYTES) + "\n\n" + PETERS_LINE)) {
            assertThatThrownBy(() -> note(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> SignedNote.read(new byte[] {(byte) 0xff})).hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o\n07\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "o\n-7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "o\n9999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
                "o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                "\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "o\n7\n"
            })
    void what_is_no_checkpoint_is_refused(String text) {
        assertThatThrownBy(() -> Checkpoint.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_proof_is_written_as_tlog_proof_has_it_and_reads_back() {
        List<byte[]> leaves = new java.util.ArrayList<>();
        for (int i = 0; i < 5; i++) {
            leaves.add(TreeHash.leaf(new byte[] {(byte) i}));
        }
        TlogProof proof = new TlogProof(3, MerkleTree.of(leaves).inclusion(3, 5));
        List<String> lines = proof.head().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("c2sp.org/tlog-proof@v1");
        assertThat(lines.get(1)).isEqualTo("index 3");
        assertThat(lines.getLast()).isEmpty();
        assertThat(proof.with(note(CHECKPOINT))).endsWith("\n\n" + CHECKPOINT);
        TlogProof read = TlogProof.read(lines.subList(0, lines.size() - 1));
        assertThat(read.head()).isEqualTo(proof.head());
        for (List<String> bad : List.<List<String>>of(
                List.of(),
                List.of("c2sp.org/tlog-proof@v1"),
                List.of("c2sp.org/tlog-proof@v2", "index 3"),
                List.of("c2sp.org/tlog-proof@v1", "index 03"),
                List.of("c2sp.org/tlog-proof@v1", "index 3", "AAAA"))) {
            assertThatThrownBy(() -> TlogProof.read(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_private_key_comes_back_from_its_file_and_a_file_may_hold_several() {
        Random random = new Random(8032);
        byte[] first = new byte[32];
        byte[] second = new byte[32];
        random.nextBytes(first);
        random.nextBytes(second);
        List<NoteSigner> signers =
                NoteSigner.readPem("keyledger/i", NoteKey.ED25519, NoteSigner.pem(first) + NoteSigner.pem(second));
        assertThat(signers)
                .extracting(NoteSigner::key)
                .containsExactly(
                        NoteSigner.of("keyledger/i", NoteKey.ED25519, first).key(),
                        NoteSigner.of("keyledger/i", NoteKey.ED25519, second).key());
        assertThat(signers.getFirst().toString())
                .doesNotContain(Base64.getEncoder().encodeToString(first));
        assertThatThrownBy(() -> NoteSigner.readPem("n", NoteKey.ED25519, "nothing"))
                .hasMessageContaining("no private key");
        assertThatThrownBy(() -> NoteSigner.readPem(
                        "n", NoteKey.ED25519, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"))
                .hasMessageContaining("not Ed25519");
    }

    private static NoteSigner signer(String name, int type) {
        byte[] seed = new byte[32];
        new Random(name.hashCode()).nextBytes(seed);
        return NoteSigner.of(name, type, seed);
    }

    private static SignedNote note(String text) {
        return SignedNote.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
