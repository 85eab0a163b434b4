package io.keyledger.command.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.commit.InCommand;
import io.keyledger.command.ledger.Rig;
import io.keyledger.command.policy.Preset;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.TenantId;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.PresentedKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.DefaultApplicationArguments;

/** Kept secrets in a real PostgreSQL: who reads the table, and what a row that was tampered with is worth. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VaultIT {
    private static final TenantId ACME = new TenantId("t_acme");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Rig rig;

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @BeforeAll
    void start() throws Exception {
        rig = new Rig();
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @BeforeEach
    void empty() {
        rig.transactions.executeWithoutResult(_ -> {
            rig.jdbc.execute("set local role keyledger_vault");
            rig.jdbc.execute("delete from vault.secret");
        });
    }

    /** @param file content; null = none is named */
    private Vault vault(@Nullable String file) throws IOException {
        Path path = file == null ? null : Files.writeString(folder.resolve("vault.json"), file);
        CommandConfig config = new CommandConfig(
                8,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1024,
                Preset.DESCRIPTIVE,
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                null,
                path);
        meters.clear();
        return new Vault(rig.jdbc, rig.transactionManager, config, meters);
    }

    private static String ring(String id, int key) {
        return "{\"current\":\"%s\",\"keys\":{\"%s\":\"%s\"}}".formatted(id, id, KeyRingTest.key(key));
    }

    private record Kept(KeyId keyId, PresentedKey key) {
        CredentialId credential() {
            return key.credentialId();
        }
    }

    private Kept keep(Vault vault) {
        KeyId keyId = Ids.newKeyId(Instant.now());
        PresentedKey key = new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
        inCommand(() -> vault.keep(ACME, keyId, key.credentialId(), vault.seal(ACME, keyId, key)));
        return new Kept(keyId, key);
    }

    private void inCommand(Runnable handler) {
        InCommand.run(rig.transactions, rig.jdbc, handler);
    }

    private String open(Vault vault, TenantId tenant, KeyId keyId, CredentialId credential) throws Vault.Unreadable {
        AtomicReference<Vault.@Nullable Unreadable> failed = new AtomicReference<>();
        String opened = rig.transactions.execute(_ -> {
            try {
                return vault.open(tenant, keyId, credential).reveal();
            } catch (Vault.Unreadable e) {
                failed.set(e);
                return null;
            }
        });
        Vault.Unreadable why = failed.get();
        if (why != null || opened == null) {
            throw why == null ? new Vault.Unreadable("nothing", null) : why;
        }
        return opened;
    }

    private void tamper(String sql, Object... arguments) {
        rig.transactions.executeWithoutResult(_ -> {
            rig.jdbc.execute("set local role keyledger_vault");
            assertThat(rig.jdbc.update(sql, arguments)).isPositive();
        });
    }

    @Row("S5-37")
    @Test
    void the_service_has_no_right_to_the_table_but_in_the_role_that_it_takes_for_a_moment() throws Exception {
        Vault vault = vault(ring("k1", 1));
        Kept kept = keep(vault);
        assertThat(open(vault, ACME, kept.keyId(), kept.credential()))
                .isEqualTo(kept.key().reveal());
        for (String sql :
                List.of("select * from vault.secret", "delete from vault.secret", "select * from vault.none")) {
            assertThatThrownBy(() -> rig.jdbc.execute(sql))
                    .as(sql)
                    .rootCause()
                    .hasMessageContaining("permission denied");
        }
        // Nor is the role left on after a call.
        rig.transactions.executeWithoutResult(_ -> {
            inCommand(() ->
                    vault.keep(ACME, kept.keyId(), Ids.newCredentialId(), vault.seal(ACME, kept.keyId(), kept.key())));
            assertThat(rig.jdbc.queryForObject("select current_user", String.class))
                    .isEqualTo("keyledger_command");
        });
    }

    @Test
    void a_row_in_the_place_of_another_opens_nothing() throws Exception {
        Vault vault = vault(ring("k1", 1));
        Kept one = keep(vault);
        Kept other = keep(vault);
        tamper(
                "update vault.secret set sealed = (select sealed from vault.secret where credential_id = ?)"
                        + " where credential_id = ?",
                other.credential().value(),
                one.credential().value());
        assertThatThrownBy(() -> open(vault, ACME, one.keyId(), one.credential()))
                .isInstanceOf(Vault.Unreadable.class);
        // Nor under another tenant, or as another key's.
        tamper(
                "update vault.secret set tenant = 't_evil' where credential_id = ?",
                other.credential().value());
        assertThatThrownBy(() -> open(vault, new TenantId("t_evil"), other.keyId(), other.credential()))
                .isInstanceOf(Vault.Unreadable.class);
        assertThatThrownBy(() -> open(vault, ACME, other.keyId(), other.credential()))
                .isInstanceOf(Vault.Unreadable.class);
    }

    @Test
    void a_row_that_was_changed_opens_nothing() throws Exception {
        Vault vault = vault(ring("k1", 1));
        Kept kept = keep(vault);
        tamper("update vault.secret set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)");
        assertThatThrownBy(() -> open(vault, ACME, kept.keyId(), kept.credential()))
                .isInstanceOf(Vault.Unreadable.class)
                .hasMessageContaining("changed");
    }

    @Test
    void a_key_that_is_missing_or_another_is_told_at_the_start() throws Exception {
        Vault vault = vault(ring("k1", 1));
        Kept kept = keep(vault);
        keep(vault);
        assertThat(unreadable(vault)).isZero();

        Vault without = vault(null);
        assertThat(without.isOpen()).isFalse();
        assertThat(unreadable(without)).isEqualTo(2);
        Vault other = vault(ring("k2", 1));
        assertThat(unreadable(other)).isEqualTo(2);
        assertThatThrownBy(() -> open(other, ACME, kept.keyId(), kept.credential()))
                .isInstanceOf(Vault.Unreadable.class)
                .hasMessageContaining("k1");
        assertThat(unreadable(vault(ring("k1", 2)))).isEqualTo(2);
        assertThat(unreadable(vault(ring("k1", 1)))).isZero();
    }

    private double unreadable(Vault vault) {
        vault.run(new DefaultApplicationArguments());
        return meters.get("keyledger.vault.unreadable").gauge().value();
    }

    @Test
    void what_is_forgotten_is_gone() throws Exception {
        Vault vault = vault(ring("k1", 1));
        Kept kept = keep(vault);
        Kept other = keep(vault);
        inCommand(() -> vault.forget(List.of(kept.credential())));
        assertThatThrownBy(() -> open(vault, ACME, kept.keyId(), kept.credential()))
                .isInstanceOf(Vault.Unreadable.class);
        assertThat(open(vault, ACME, other.keyId(), other.credential()))
                .isEqualTo(other.key().reveal());
    }
}
