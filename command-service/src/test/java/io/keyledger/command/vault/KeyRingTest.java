package io.keyledger.command.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.requirements.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
    private static final byte[] PLAIN = "the whole key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "t_acme key_1 cred_1".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** A key of 32 equal bytes: no test needs another. */
    static String key(int of) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) of);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private KeyRing ring(String json) throws IOException {
        return KeyRing.read(Files.writeString(folder.resolve("vault.json"), json));
    }

    private KeyRing ring(String id, int key) throws IOException {
        return ring("{\"current\":\"%s\",\"keys\":{\"%s\":\"%s\"}}".formatted(id, id, key(key)));
    }

    @Row("S5-36")
    @Test
    void what_is_sealed_opens_with_the_same_key_and_context_alone() throws Exception {
        KeyRing ring = ring("k1", 1);
        Sealed sealed = ring.seal(PLAIN, CONTEXT);
        assertThat(ring.open(sealed, CONTEXT)).isEqualTo(PLAIN);
        assertThat(sealed.text()).doesNotContain(Base64.getEncoder().encodeToString(PLAIN));
        assertThat(sealed.toString()).doesNotContain(sealed.text());
        // A data key of its own each time.
        assertThat(ring.seal(PLAIN, CONTEXT).text()).isNotEqualTo(sealed.text());
        assertThatThrownBy(() -> ring.open(sealed, "t_acme key_2 cred_1".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> ring("k1", 2).open(sealed, CONTEXT)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> ring("k2", 1).open(sealed, CONTEXT)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void a_text_that_was_changed_in_any_byte_does_not_open() throws Exception {
        KeyRing ring = ring("k1", 1);
        byte[] bytes = Base64.getDecoder().decode(ring.seal(PLAIN, CONTEXT).text());
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            Sealed sealed = new Sealed("k1", Base64.getEncoder().encodeToString(changed));
            assertThatThrownBy(() -> ring.open(sealed, CONTEXT))
                    .as("byte %d", i)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void a_ring_with_a_new_current_key_opens_what_the_old_one_sealed() throws Exception {
        Sealed old = ring("k1", 1).seal(PLAIN, CONTEXT);
        KeyRing both = ring("{\"current\":\"k2\",\"keys\":{\"k1\":\"%s\",\"k2\":\"%s\"}}".formatted(key(1), key(2)));
        assertThat(both.open(old, CONTEXT)).isEqualTo(PLAIN);
        assertThat(both.seal(PLAIN, CONTEXT).kek()).isEqualTo("k2");
    }

    @Test
    void a_file_that_is_no_ring_is_refused_without_a_word_of_it() {
        String secret = "c2VjcmV0c2VjcmV0c2VjcmV0";
        for (String json : new String[] {
            "{}",
            "{\"current\":\"k1\"}",
            "{\"current\":\"k2\",\"keys\":{\"k1\":\"" + key(1) + "\"}}",
            "{\"current\":\"k1\",\"keys\":{\"k1\":\"" + secret + "\"}}",
            "{\"current\":\"k1\",\"keys\":{\"k1\":\"" + secret + "!\"}}",
            "{\"current\":\"k1\",\"keys\":{\"k1\":7}}"
        }) {
            assertThatThrownBy(() -> ring(json))
                    .as(json)
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .contains("vault.json")
                    .doesNotContain(secret);
        }
        assertThatThrownBy(() -> KeyRing.read(folder.resolve("missing.json"))).isInstanceOf(IOException.class);
    }
}
