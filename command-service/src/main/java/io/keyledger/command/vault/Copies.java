package io.keyledger.command.vault;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** The copies that commands keep, or keep no longer, in the name of the role that alone may see them. */
final class Copies {
    private static final String ROLE = "set local role keyledger_vault";
    private static final String NO_ROLE = "reset role";

    private Copies() {}

    /** A copy to be kept. */
    record Kept(TenantId tenant, KeyId keyId, CredentialId credential, Sealed sealed) {}

    static final Rows<Kept> KEPT = new Rows<>() {
        @Override
        public Step step() {
            return Step.KEEP;
        }

        @Override
        public void write(Script script, List<Kept> rows, Consumer<Kept> turnedDown) {
            script.add(ROLE);
            script.add(
                    "insert into vault.secret (credential_id, key_id, tenant, kek, sealed) select * from unnest(?, ?, ?, ?, ?)",
                    new Columns<>(rows)
                            .text(row -> row.credential().value())
                            .text(row -> row.keyId().value())
                            .text(row -> row.tenant().value())
                            .text(row -> row.sealed().kek())
                            .bytes(row ->
                                    Base64.getDecoder().decode(row.sealed().text())));
            script.add(NO_ROLE);
        }
    };

    static final Rows<CredentialId> FORGOTTEN = new Rows<>() {
        @Override
        public Step step() {
            return Step.KEEP;
        }

        @Override
        public void write(Script script, List<CredentialId> rows, Consumer<CredentialId> turnedDown) {
            script.add(ROLE);
            script.add(
                    "delete from vault.secret where credential_id in (select unnest(?))",
                    new Columns<>(rows).text(CredentialId::value));
            script.add(NO_ROLE);
        }
    };
}
