package io.keyledger.command.key;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import io.keyledger.events.KeyId;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what new secrets are checked against, in the name of the role that alone may see it. */
final class Verifiers implements Rows<Verifiers.Row> {
    /** What a secret is checked against. */
    record Row(KeyId key, KeyCommand.NewVerifier verifier) {}

    @Override
    public Step step() {
        return Step.KEEP;
    }

    @Override
    public void write(Script script, List<Row> rows, Consumer<Row> turnedDown) {
        script.add("set local role keyledger_verifier");
        script.add(
                "insert into verifier.verifier (credential_id, key_id, pepper, verifier) select * from unnest(?, ?, ?,"
                        + " ?)",
                new Columns<>(rows)
                        .text(row -> row.verifier().credential().value())
                        .text(row -> row.key().value())
                        .text(row -> row.verifier().pepper())
                        .bytes(row ->
                                Base64.getUrlDecoder().decode(row.verifier().verifier())));
        script.add("reset role");
    }
}
