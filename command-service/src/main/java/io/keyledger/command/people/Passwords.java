package io.keyledger.command.people;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes passwords and checks them, as OWASP asks: Argon2id with 19 MiB, two passes, one lane. Each takes that much memory
 * and a moment of a processor, so that only two are at work at once; who waits too long is told to come again. Safe from
 * any thread.
 */
@Component
public class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int AT_ONCE = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Argon2PasswordEncoder argon2 =
            new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, PASSES);
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** Checked against where there is nobody, so that it takes as long as a wrong password. */
    private final String nobody;

    Passwords() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        nobody = hash(Base64.getEncoder().encodeToString(random));
    }

    /** What is kept of a password. */
    public final String hash(String password) {
        return atTurn(() -> encode(password));
    }

    /**
     * Whether the password is the one behind the hash. It costs the same whether there is one or not.
     *
     * @param hash null = there is none, and no password is right
     */
    public boolean matches(String password, @Nullable String hash) {
        return atTurn(() -> argon2.matches(normal(password), hash == null ? nobody : hash)) && hash != null;
    }

    private String encode(String password) {
        String encoded = argon2.encode(normal(password));
        if (encoded == null) {
            throw new IllegalStateException("no hash was made");
        }
        return encoded;
    }

    /** One character can be typed in more than one way. */
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC);
    }

    private <T> T atTurn(java.util.function.Supplier<T> work) {
        try {
            if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Refused(new Refusal.TooBusy());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Refused(new Refusal.TooBusy());
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }
}
