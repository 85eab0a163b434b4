package io.keyledger.command.vault;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.commit.WriteSet;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.PresentedKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The secrets of recoverable keys: encrypted by a ring of keys that no database holds, in a table that only transactions with
 * the role {@code keyledger_vault} read. Each is bound to its tenant, key and credential, so that a row in another row's
 * place opens nothing. Safe from any thread.
 */
@Component
public class Vault implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(Vault.class);
    private static final String CONTEXT = "keyledger/secret/v1\0";

    private static final String FIND = """
            set local role keyledger_vault;
            select kek, sealed from vault.secret where credential_id = ? and key_id = ? and tenant = ?;
            reset role""";
    private static final String SAMPLES = """
            set local role keyledger_vault;
            select distinct on (kek) kek, count(*) over (partition by kek), tenant, key_id, credential_id, sealed
                from vault.secret order by kek, credential_id;
            reset role""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final @Nullable KeyRing ring;
    private final AtomicLong unreadable = new AtomicLong();

    Vault(JdbcTemplate jdbc, PlatformTransactionManager transactions, CommandConfig config, MeterRegistry meters)
            throws IOException {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        Path file = config.vaultKeys();
        this.ring = file == null ? null : KeyRing.read(file);
        Gauge.builder("keyledger.vault.unreadable", unreadable, AtomicLong::get)
                .description("kept secrets that could not be shown again when this process started")
                .register(meters);
    }

    /** The kept secret is not there, was changed, or is encrypted with a key that is not here. */
    public static final class Unreadable extends Exception {
        Unreadable(String why, @Nullable Throwable cause) {
            super(why, cause);
        }
    }

    /** Whether this installation has a key to encrypt with. */
    public boolean isOpen() {
        return ring != null;
    }

    /** A copy of the key that can be kept. */
    public Sealed seal(TenantId tenant, KeyId keyId, PresentedKey key) {
        return Objects.requireNonNull(ring, "there is no key-encryption key")
                .seal(key.reveal().getBytes(StandardCharsets.US_ASCII), context(tenant, keyId, key.credentialId()));
    }

    /** Has a copy kept, with what else the command at hand writes. */
    public void keep(TenantId tenant, KeyId keyId, CredentialId credential, Sealed sealed) {
        WriteSet.required().add(Copies.KEPT, new Copies.Kept(tenant, keyId, credential, sealed));
    }

    /** Has these kept no longer, with what else the command at hand writes. */
    public void forget(Collection<CredentialId> credentials) {
        if (!credentials.isEmpty()) {
            WriteSet set = WriteSet.required();
            credentials.forEach(credential -> set.add(Copies.FORGOTTEN, credential));
        }
    }

    /** The key of which a copy is kept. */
    public PresentedKey open(TenantId tenant, KeyId keyId, CredentialId credential) throws Unreadable {
        // A role is for a transaction, which the command at hand need not have.
        Sealed sealed = transaction.execute(_ -> jdbc.execute(FIND, (PreparedStatement s) -> {
            s.setString(1, credential.value());
            s.setString(2, keyId.value());
            s.setString(3, tenant.value());
            s.execute();
            s.getMoreResults();
            try (ResultSet rows = s.getResultSet()) {
                return rows.next() ? sealed(rows, 1, 2) : null;
            }
        }));
        if (sealed == null) {
            throw new Unreadable("no copy is kept", null);
        }
        return open(sealed, tenant, keyId, credential);
    }

    private PresentedKey open(Sealed sealed, TenantId tenant, KeyId keyId, CredentialId credential) throws Unreadable {
        if (ring == null) {
            throw new Unreadable("keyledger.command.vault-keys names no file", null);
        }
        if (!ring.knows(sealed.kek())) {
            throw new Unreadable("the key-encryption key " + sealed.kek() + " is not in the ring", null);
        }
        try {
            byte[] plain = ring.open(sealed, context(tenant, keyId, credential));
            PresentedKey key = PresentedKey.parse(new String(plain, StandardCharsets.US_ASCII));
            if (key != null && key.credentialId().equals(credential)) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw new Unreadable(
                    "it was changed, or the key-encryption key " + sealed.kek() + " is another one than it was", e);
        }
        throw new Unreadable("it holds another key", null);
    }

    /** Says at the start, not when somebody needs it, that kept secrets cannot be read. */
    @Override
    public void run(ApplicationArguments arguments) {
        try {
            check();
        } catch (DataAccessException e) {
            // Nothing that has to be known before keys can be made and revoked.
            log.warn(
                    "it is not known whether kept secrets can be read: {}",
                    e.getClass().getName());
        }
    }

    private void check() {
        long lost = 0;
        for (Sample sample : samples()) {
            try {
                open(sample.sealed(), sample.tenant(), sample.keyId(), sample.credential());
            } catch (Unreadable e) {
                lost += sample.count();
                log.error(
                        "{} kept secrets of recoverable keys cannot be shown again: {}. Put the key back into the file of"
                                + " keyledger.command.vault-keys; the keys themselves work as before",
                        sample.count(),
                        e.getMessage());
            }
        }
        unreadable.set(lost);
    }

    private record Sample(long count, TenantId tenant, KeyId keyId, CredentialId credential, Sealed sealed) {}

    /** One secret of each key-encryption key. */
    private List<Sample> samples() {
        return Objects.requireNonNull(transaction.execute(_ -> jdbc.execute(SAMPLES, (PreparedStatement s) -> {
            List<Sample> samples = new ArrayList<>();
            s.execute();
            s.getMoreResults();
            try (ResultSet rows = s.getResultSet()) {
                while (rows.next()) {
                    samples.add(new Sample(
                            rows.getLong(2),
                            new TenantId(rows.getString(3)),
                            new KeyId(rows.getString(4)),
                            new CredentialId(rows.getString(5)),
                            sealed(rows, 1, 6)));
                }
            }
            return samples;
        })));
    }

    private static Sealed sealed(ResultSet row, int kek, int bytes) throws SQLException {
        return new Sealed(row.getString(kek), Base64.getEncoder().encodeToString(row.getBytes(bytes)));
    }

    private static byte[] context(TenantId tenant, KeyId keyId, CredentialId credential) {
        return (CONTEXT + tenant.value() + '\0' + keyId.value() + '\0' + credential.value())
                .getBytes(StandardCharsets.US_ASCII);
    }
}
