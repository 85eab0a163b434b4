package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HasherTest {
    @ParameterizedTest
    @ValueSource(ints = {32, 63, 64, 65, 200})
    void a_verifier_is_what_the_platforms_own_hmac_says(int pepperBytes) throws GeneralSecurityException {
        byte[] pepper = new byte[pepperBytes];
        new Random(pepperBytes).nextBytes(pepper);
        Peppers peppers = new Peppers("p", Map.of("p", pepper));
        for (String prefix : new String[] {"k", "kl", "twelveletter"}) {
            PresentedKey key = new KeyFactory(new SecureRandom()).create(prefix, KeyKind.KEY, Ids.newCredentialId());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(pepper, "HmacSHA256"));
            mac.update("keyledger/verifier/v1\0".getBytes(StandardCharsets.US_ASCII));
            assertThat(peppers.verifier("p", key))
                    .isEqualTo(mac.doFinal(key.reveal().getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
