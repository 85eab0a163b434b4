package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PresentedKeyTest {
    private final PresentedKey key =
            new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"));

    @Test
    void a_key_reads_back_as_its_parts() {
        PresentedKey read = PresentedKey.parse(key.reveal());
        assertThat(read).isNotNull();
        assertThat(read.credentialId().value()).isEqualTo("0M9ODf6X0ft3");
        assertThat(read.kind()).isEqualTo(KeyKind.KEY);
        assertThat(read.toString()).isEqualTo("kl_k_0M9ODf6X0ft3");
    }

    @Test
    void a_key_with_any_one_character_changed_is_no_key() {
        String text = key.reveal();
        for (int i = 0; i < text.length(); i++) {
            for (char c : "0aZ_-".toCharArray()) {
                if (text.charAt(i) != c) {
                    assertThat(PresentedKey.parse(text.substring(0, i) + c + text.substring(i + 1)))
                            .isNull();
                }
            }
        }
    }

    /** Bytes are what is checked: a character must not be cut to one. */
    @Test
    void a_key_with_a_character_that_only_ends_in_the_same_byte_is_no_key() {
        String text = key.reveal();
        for (int i = 0; i < text.length(); i++) {
            char c = (char) (text.charAt(i) + 0x100);
            assertThat(PresentedKey.parse(text.substring(0, i) + c + text.substring(i + 1)))
                    .isNull();
        }
    }

    @Test
    void a_text_with_a_right_checksum_and_a_wrong_alphabet_is_no_key() {
        for (String wrong :
                new String[] {"kl_k_0M9ODf6X0f-3_", "kl_k_0M9ODf6X0ft3_", "Kl_k_0M9ODf6X0ft3_", "kl_x_0M9ODf6X0ft3_"}) {
            for (String secret : new String[] {"A".repeat(43), "A".repeat(42) + '-'}) {
                String body = wrong + secret;
                boolean good = wrong.startsWith("kl_k") && !body.contains("-");
                assertThat(PresentedKey.parse(body + PresentedKey.check(body, body.length())) != null)
                        .as(body)
                        .isEqualTo(good);
            }
        }
    }

    @Test
    void a_key_inside_other_text_is_found() {
        assertThat(PresentedKey.occursIn("see " + key.reveal() + ", revoke it")).isTrue();
        assertThat(PresentedKey.occursIn("a_b_" + key.reveal())).isTrue();
        assertThat(PresentedKey.occursIn("see " + key.publicPart() + ", revoke it"))
                .isFalse();
    }
}
